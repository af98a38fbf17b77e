"""Values of `_head.html`: where the run stands, and what it has used."""

from dataclasses import dataclass

from django.conf import settings

from panels.cards.hold import HoldCard, hold_card
from panels.cards.stepper import Step, steps_of
from panels.choices import CostSource
from panels.providers.drills import drills_from
from panels.snapshot import RunSnapshot
from panels.templatetags.figures import money, seconds, slug
from panels.wording import (
    Explanation,
    count_of,
    demonstration_note,
    explain_judge_reason,
    explain_run_reason,
)


@dataclass(frozen=True, kw_only=True)
class HeadCard:
    run_id: str
    title: str
    preset_name: str
    steps: tuple[Step, ...]
    facts: tuple[str, ...]
    is_at_work: bool
    can_run_again: bool
    is_tour: bool
    is_cancelled: bool
    reason: Explanation | None
    judge_reason: Explanation | None
    #: Why a judge that was asked again came to nothing; the critiques before it stand.
    judged_in_vain: Explanation | None
    demonstration_note: str
    #: It waits at a cap.
    hold: HoldCard | None
    #: What is broken on purpose at present; "" when nothing is.
    drill: str


def head_card(run: RunSnapshot) -> HeadCard:
    return HeadCard(
        run_id=run.id,
        title=run.title or run.question,
        preset_name=run.preset_name,
        steps=steps_of(run),
        facts=tuple(_facts(run)),
        is_at_work=run.is_at_work and not run.is_finished_badly,
        can_run_again=run.is_finished_badly,
        is_tour=run.is_tour,
        is_cancelled=run.is_cancelled,
        reason=explain_run_reason(run.reason) if run.reason else None,
        judge_reason=explain_judge_reason(run.judge_reason) if run.judge_reason else None,
        judged_in_vain=_judged_in_vain(run),
        demonstration_note=demonstration_note(run),
        hold=hold_card(run),
        drill="" if run.is_tour else drills_from(settings.DRILL).words,
    )


def _judged_in_vain(run: RunSnapshot) -> Explanation | None:
    latest = run.judgings[-1] if run.judgings else None
    if latest is None or latest.is_open or latest.stands or not run.has_judgement:
        return None
    return explain_judge_reason(latest.reason)


def _facts(run: RunSnapshot) -> list[str]:
    facts = [_documents(run), count_of(len(run.calls), "call")]
    if run.tokens_in or run.tokens_out:
        facts.append(f"{run.tokens_in:,} in / {run.tokens_out:,} out")
    if cost := _cost(run):
        facts.append(cost)
    if run.wall_seconds is not None:
        facts.append(f"wall {seconds(run.wall_seconds)}")
    facts.append("one model, no judge" if run.is_single else _judge(run))
    return [*facts, "local only"] if run.panel.is_local_only else facts


def _judge(run: RunSnapshot) -> str:
    return "local judge" if run.panel.judge.is_local else f"judge: {slug(run.panel.judge.model)}"


def _documents(run: RunSnapshot) -> str:
    if not run.documents:
        return "no documents"
    words = count_of(sum(document.word_count for document in run.documents), "word")
    if len(run.documents) == 1:
        return f"{run.documents[0].name}, {words}"
    return f"{len(run.documents)} documents, {words}"


def _cost(run: RunSnapshot) -> str:
    """The known costs and whence they are known; "" before anything is known."""
    known = [call for call in run.calls if call.is_cost_known]
    if not known:
        return ""
    sources = {call.cost_source for call in known}
    if sources == {CostSource.FREE}:
        words = "free, on this machine"
    else:
        names = sorted(CostSource(s).name.lower() for s in sources if s != CostSource.FREE)
        words = f"{money(run.cost_usd)} {' and '.join(names)}"
    return f"at least {words}" if run.has_unknown_cost and run.cost_usd else words
