"""Writing: the synthesis from the answers and the accepted critiques, and nothing else."""

import random

from panels.engine.ask_call import ask_call
from panels.engine.call_model import Question
from panels.engine.seat_prompt import fit_for, is_small
from panels.engine.tools import Tools
from panels.providers.requests import CompletionRequest, Message, ModelInfo
from panels.snapshot import CallSnapshot, RunSnapshot, SynthesisSnapshot
from panels.writing.grammar import MOST_TOKENS, citation_grammar
from panels.writing.writer_prompt import build_writer_prompt


async def ask_writer(run: RunSnapshot, call: CallSnapshot, tools: Tools) -> None:
    """One attempt at the latest version."""
    synthesis = run.latest_synthesis
    assert synthesis is not None

    def prepare(slug: str, info: ModelInfo | None) -> Question:
        return Question(request=_build_request(run, synthesis, slug, info))

    await ask_call(run, call, prepare, tools)


def _build_request(
    run: RunSnapshot, synthesis: SynthesisSnapshot, slug: str, info: ModelInfo | None
) -> CompletionRequest:
    writer = run.panel.writer
    is_bound = is_small(info) and bool(synthesis.accepted)
    messages = build_writer_prompt(
        run,
        synthesis.accepted,
        synthesis.rejected,
        added=synthesis.added,
        previous_text=_text_before(run, synthesis),
        document_text=fit_for(run, info, query=run.question).text,
        rng=random.Random(),  # noqa: S311  For delimiters' variety, not for secrets.
        is_small=is_small(info),
    )
    return CompletionRequest(
        model=slug,
        messages=tuple(Message(role, content) for role, content in messages),
        temperature=writer.temperature,
        max_tokens=writer.max_tokens or (MOST_TOKENS if is_bound else None),
        grammar=citation_grammar(synthesis.accepted, run) if is_bound else "",
    )


def _text_before(run: RunSnapshot, synthesis: SynthesisSnapshot) -> str:
    """The text that this version adds to; "" when it is written afresh."""
    if not synthesis.added:
        return ""
    earlier = [s.text for s in run.syntheses if s.version < synthesis.version and s.is_done]
    return earlier[-1] if earlier else ""
