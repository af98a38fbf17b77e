from panels.models.allowances import Allowance
from panels.models.answer_choices import AnswerChoice
from panels.models.calls import Call, TextPiece
from panels.models.critiques import Critique, Decision, Stance
from panels.models.documents import Document
from panels.models.judgings import Judging
from panels.models.presets import Preset
from panels.models.runs import Run
from panels.models.shares import ShareLink
from panels.models.syntheses import Synthesis
from panels.models.tool_steps import ToolStep
from panels.models.workers import Worker

__all__ = [
    "Allowance",
    "AnswerChoice",
    "Call",
    "Critique",
    "Decision",
    "Document",
    "Judging",
    "Preset",
    "Run",
    "ShareLink",
    "Stance",
    "Synthesis",
    "TextPiece",
    "ToolStep",
    "Worker",
]
