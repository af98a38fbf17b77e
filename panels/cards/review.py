"""Values of `_review.html` and `_review_foot.html`: how far the review is, and what it feeds."""

from dataclasses import dataclass

from panels.attempt_words import next_words
from panels.choices import CritiqueKind
from panels.snapshot import RunSnapshot
from panels.wording import count_of

#: Where the kind's own name is long for a chip.
SHORT_LABELS = {CritiqueKind.PARTIAL_COVERAGE: "Partial", CritiqueKind.UNIQUE_INSIGHT: "Unique"}
#: Units of the progress bar's SVG.
BAR_WIDTH = 1000


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of the progress bar, and its words."""

    css_class: str
    count: int
    words: str
    x: int
    width: int


@dataclass(frozen=True, kw_only=True)
class KindCount:
    kind: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ReviewCard:
    total: int
    decided_count: int
    open_count: int
    shares: tuple[Share, ...]
    kinds: tuple[KindCount, ...]
    waiting: str
    run_id: str
    #: Somebody has answered, and somebody has not: a person need not wait.
    can_judge_now: bool


@dataclass(frozen=True, kw_only=True)
class FootCard:
    """`refusal` says in words why nothing can be written now; "" when it can."""

    run_id: str
    accepted_words: str
    open_words: str
    label: str
    refusal: str


def review_card(run: RunSnapshot) -> ReviewCard:
    return ReviewCard(
        total=len(run.critiques),
        decided_count=run.decided_count,
        open_count=len(run.open_critiques),
        shares=_shares(run),
        kinds=tuple(_kinds(run)),
        waiting=_waiting(run),
        run_id=run.id,
        can_judge_now=run.is_panel and bool(run.readable_answers) and bool(run.open_answers),
    )


def foot_card(run: RunSnapshot) -> FootCard:
    return FootCard(
        run_id=run.id,
        accepted_words=count_of(len(run.accepted), "accepted critique"),
        open_words=_open_words(len(run.open_critiques)),
        label=f"Write v{len(run.syntheses) + 1}" if run.syntheses else "Write synthesis",
        refusal="" if run.is_writable else _refusal(run),
    )


def _open_words(count: int) -> str:
    """What stays out for want of a decision."""
    return f"{count} still open {'stays' if count == 1 else 'stay'} out." if count else ""


def _shares(run: RunSnapshot) -> tuple[Share, ...]:
    counted = (
        ("bar-ok", len(run.accepted), "accepted"),
        ("bar-bad", len(run.rejected), "rejected"),
        ("bar-rest", len(run.deferred), "deferred"),
    )
    shares = []
    before = 0
    for css_class, count, words in counted:
        start, before = before, before + count
        x, end = (BAR_WIDTH * n // max(len(run.critiques), 1) for n in (start, before))
        shares.append(Share(css_class=css_class, count=count, words=words, x=x, width=end - x))
    return tuple(shares)


def _kinds(run: RunSnapshot) -> list[KindCount]:
    counts = [(kind, sum(c.kind == kind for c in run.critiques)) for kind in CritiqueKind]
    return [
        KindCount(kind=kind.value, label=SHORT_LABELS.get(kind, kind.label), count=count)
        for kind, count in counts
        if count
    ]


def _waiting(run: RunSnapshot) -> str:
    """What an empty list of critiques waits for, or why it stays empty."""
    if run.is_held and (run.is_panel or run.is_judging):
        return "This run waits at a cap, as it says above. Nothing is being asked."
    if run.is_panel:
        return _panel_words(run)
    if run.is_judging and (words := _judge_waits(run)):
        return f"The judge {words}."
    if run.is_judging:
        return "The judge is reading the answers. Critiques appear here one by one."
    if run.open_judging and run.is_decidable:
        return "The judge reads the answers again. What it finds joins the critiques below."
    if run.critiques:
        return ""
    if run.is_failed or run.is_cancelled:
        return "The run ended before its answers were judged."
    return "The judge found nothing that the answers disagree about or leave out."


def _panel_words(run: RunSnapshot) -> str:
    """What the judge waits for; with a quorum, how long at most."""
    quorum, readable = run.panel.quorum, len(run.readable_answers)
    if quorum is None or not run.open_answers:
        return "The seats are answering. The judge reads what they said when all have settled."
    if readable < quorum:
        return f"The seats are answering. The judge need not wait for all: {quorum} are enough."
    answered = f"{readable} of {count_of(len(run.answers), 'seat')} have answered."
    return (
        f"{answered} The judge waits {run.panel.grace_seconds} s for the others and begins. "
        "Late answers join."
    )


def _judge_waits(run: RunSnapshot) -> str:
    return next_words(run.chain_until(run.judge_call)) if run.judge_call else ""


def _refusal(run: RunSnapshot) -> str:
    if run.is_held:
        return "The run waits at a cap, as it says above."
    if run.is_panel:
        return "The seats are still answering."
    if run.is_judging:
        return "The judge is still reading."
    if run.is_writing:
        latest = run.latest_synthesis
        return f"Version {latest.version if latest else 1} is being written."
    words = "failed" if run.is_failed else "was stopped"
    return f"The run {words} with {count_of(len(run.readable_answers), 'answer')}."
