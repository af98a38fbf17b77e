"""A whole run as frozen values: what pages, frames, prompts and exports are made from.

`queries.load_run_snapshot` builds it; everything here is arithmetic over what it holds.
"""

from panels.snapshot.answers import AnswerSnapshot, Choice, counting_call
from panels.snapshot.attempts import Chain
from panels.snapshot.calls import CallSnapshot, Source, ToolStepSnapshot
from panels.snapshot.critiques import CritiqueSnapshot, DecisionSnapshot, StanceSnapshot
from panels.snapshot.documents import DocumentSnapshot
from panels.snapshot.judgings import JudgingSnapshot
from panels.snapshot.lanes import BaselineSnapshot
from panels.snapshot.runs import RunSnapshot
from panels.snapshot.syntheses import AcceptedCritique, SynthesisSnapshot

__all__ = [
    "AcceptedCritique",
    "AnswerSnapshot",
    "BaselineSnapshot",
    "CallSnapshot",
    "Chain",
    "Choice",
    "CritiqueSnapshot",
    "DecisionSnapshot",
    "DocumentSnapshot",
    "JudgingSnapshot",
    "RunSnapshot",
    "Source",
    "StanceSnapshot",
    "SynthesisSnapshot",
    "ToolStepSnapshot",
    "counting_call",
]
