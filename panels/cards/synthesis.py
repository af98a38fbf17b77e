"""Values of `_synthesis.html`: every version, its receipt and what it leaves out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from panels.attempt_words import attempt_note, next_words
from panels.cards.attempts import EarlierAttempt, earlier_attempts
from panels.cards.lane import ChangedCard, changed_card
from panels.choices import CritiqueKind
from panels.markdown import LiveMarkdown, render_synthesis
from panels.snapshot import AcceptedCritique, RunSnapshot, SynthesisSnapshot
from panels.templatetags.figures import money, seconds, slug
from panels.wording import Explanation, count_of, early_end, explain_call_error
from panels.writing.minority_report import MinorityItem, minority_report
from panels.writing.receipt import Receipt, read_receipt


@dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    critique: AcceptedCritique
    is_used: bool
    is_missing: bool


@dataclass(frozen=True, kw_only=True)
class MinorityLine:
    item: MinorityItem
    kind_label: str


@dataclass(frozen=True, kw_only=True)
class VersionCard:
    """`blocks` and `tail` are safe HTML. `source` is the text as the writer wrote it."""

    version: int
    is_latest: bool
    is_open: bool
    is_done: bool
    facts: str
    blocks: str
    tail: str
    source: str
    note: str
    earlier: tuple[EarlierAttempt, ...]
    waits: str
    error: Explanation | None
    error_detail: str
    is_detail_ours: bool
    early_end: str
    lines: tuple[ReceiptLine, ...]
    missing: tuple[AcceptedCritique, ...]
    rejected_cited: str
    unknown_cited: str
    minority: tuple[MinorityLine, ...]

    @property
    def label(self) -> str:
        return f"v{self.version}"

    @property
    def missing_words(self) -> str:
        return ", ".join(critique.label for critique in self.missing)


@dataclass(frozen=True, kw_only=True)
class SynthesisCard:
    run_id: str
    versions: tuple[VersionCard, ...]
    is_writable: bool
    accepted_count: int
    #: Of a run that followed a single model's: did the panel change the answer?
    changed: ChangedCard | None


def synthesis_card(
    run: RunSnapshot, *, blocks: Sequence[str] | None = None, tail: str = ""
) -> SynthesisCard:
    """`blocks` and `tail` are the hub's live HTML of the latest version."""
    latest = run.latest_synthesis
    live = None if blocks is None else ("".join(blocks), tail)
    return SynthesisCard(
        run_id=run.id,
        versions=tuple(
            _version_card(run, s, live if live and s is latest else _stored_html(run, s))
            for s in run.syntheses
        ),
        is_writable=run.is_writable,
        accepted_count=len(run.accepted),
        changed=changed_card(run),
    )


def _stored_html(run: RunSnapshot, synthesis: SynthesisSnapshot) -> tuple[str, str]:
    """The settled part and the tail."""
    known = {critique.number for critique in run.critiques}
    if synthesis.is_open:
        settled, tail = LiveMarkdown(_citing(known)).append(synthesis.text)
        return "".join(settled), tail
    return render_synthesis(synthesis.text, known), ""


def _citing(known: Collection[int]) -> Callable[[str], str]:
    return lambda text: render_synthesis(text, known)


def _version_card(
    run: RunSnapshot, synthesis: SynthesisSnapshot, html: tuple[str, str]
) -> VersionCard:
    call = synthesis.call
    chain = run.chain_until(call) if call else ()
    known = {critique.number for critique in run.critiques}
    blocks, tail = html
    receipt = read_receipt(synthesis.text, synthesis.accepted, synthesis.rejected)
    lines = tuple(_receipt_lines(synthesis, receipt))
    has_error = call is not None and bool(call.error_code) and not synthesis.is_open
    return VersionCard(
        version=synthesis.version,
        is_latest=synthesis is run.latest_synthesis,
        is_open=synthesis.is_open,
        is_done=synthesis.is_done,
        facts=_facts(run, synthesis),
        blocks=blocks,
        tail=tail,
        source=synthesis.text,
        note=attempt_note(chain),
        earlier=earlier_attempts(chain, _citing(known)),
        waits=next_words(chain) or "is writing",
        error=explain_call_error(call.error_code) if call and has_error else None,
        error_detail=call.error_detail if call and has_error else "",
        is_detail_ours=call is not None and call.is_detail_ours,
        early_end=early_end(call) if call else "",
        lines=lines,
        missing=tuple(line.critique for line in lines if line.is_missing),
        rejected_cited=_labels(receipt.rejected_cited),
        unknown_cited=_labels(receipt.unknown_cited),
        minority=_minority(run, synthesis),
    )


def _facts(run: RunSnapshot, synthesis: SynthesisSnapshot) -> str:
    call = synthesis.call
    facts = [f"from {count_of(len(synthesis.accepted), 'accepted critique')}"]
    facts.append(slug(call.model_asked if call else run.panel.writer.model))
    if call and call.is_cost_known:
        facts.append(money(call.cost_usd))
    if call and call.seconds is not None:
        facts.append(seconds(call.seconds))
    return " · ".join([*facts, f"asked for by {synthesis.requested_by}"])


def _receipt_lines(synthesis: SynthesisSnapshot, receipt: Receipt) -> list[ReceiptLine]:
    return [
        ReceiptLine(
            critique=critique,
            is_used=critique.number in receipt.used,
            is_missing=critique.number in receipt.missing and synthesis.is_done,
        )
        for critique in synthesis.accepted
    ]


def _minority(run: RunSnapshot, synthesis: SynthesisSnapshot) -> tuple[MinorityLine, ...]:
    """Of a text that there is, or will be; a failed version carries nothing at all."""
    if not (synthesis.is_done or synthesis.is_open):
        return ()
    return tuple(
        MinorityLine(item=item, kind_label=CritiqueKind(item.kind).one)
        for item in minority_report(run, synthesis)
    )


def _labels(numbers: Collection[int]) -> str:
    return ", ".join(f"C{number}" for number in numbers)
