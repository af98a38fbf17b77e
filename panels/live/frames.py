"""What the socket carries: JSON envelopes of `<hx-partial>`s, one for each flush.

Ids are the contract with the page: `seat-A`, `critique-3`, `group-contradiction`, `synthesis`, …
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from panels import cards
from panels.choices import CritiqueKind
from panels.live.live_call import LiveCall
from panels.snapshot import CallSnapshot, RunSnapshot


def partial(target: str, html: str, *, swap: str = "outerMorph") -> str:
    """Morphing keeps scroll places, focus and what is folded open."""
    return f'<hx-partial hx-target="#{target}" hx-swap="{swap}">{html}</hx-partial>'


def envelope(partials: Iterable[str]) -> str:
    return json.dumps({"content": "".join(partials)})


def place_of(call: CallSnapshot) -> str:
    """The root id of the card that shows a call's text; "" for the judge, whose cards show it."""
    if call.is_judge:
        return ""
    return "synthesis" if call.is_writer else f"seat-{call.seat}"


def text_partials(place: str, live: LiveCall) -> list[str]:
    """The unsent part of a streaming text: settled blocks appended, the tail replaced."""
    found = []
    if live.unsent_blocks:
        found.append(partial(f"{place}-blocks", "".join(live.unsent_blocks), swap="beforeend"))
    if live.is_tail_unsent:
        found.append(partial(f"{place}-tail", live.tail, swap="innerHTML"))
    if live.unsent_reasoning and place != "synthesis":
        found.append(partial(f"{place}-reasoning", escape(live.unsent_reasoning), swap="beforeend"))
    return found


def counters_partial(run: RunSnapshot, live: LiveCall, now: datetime) -> str:
    """Tokens and seconds of a streaming answer."""
    seconds = (now - live.asked_at).total_seconds() if live.asked_at else None
    html = cards.render_answer_meta(run, live.seat, tokens_out=live.about_tokens, seconds=seconds)
    return partial(f"seat-{live.seat}-meta", html)


def head_partial(run: RunSnapshot) -> str:
    """With what may be wished of the run as it stands."""
    wishes = partial("wishes", cards.render_wishes(run))
    return partial("run-head", cards.render_head(run)) + wishes


def answer_partial(run: RunSnapshot, letter: str, live: LiveCall | None) -> str:
    if live is None:
        return partial(f"seat-{letter}", cards.render_answer(run, letter))
    html = cards.render_answer(run, letter, blocks=live.blocks, tail=live.tail)
    return partial(f"seat-{letter}", html) + _reasoning_partial(run, letter, live)


def _reasoning_partial(run: RunSnapshot, letter: str, live: LiveCall) -> str:
    """The card shows what is stored; what came since is here already."""
    call = next(call for call in run.calls if call.id == live.call_id)
    if len(live.reasoning) <= len(call.reasoning):
        return ""
    return partial(f"seat-{letter}-reasoning", escape(live.reasoning), swap="innerHTML")


def answer_of_call(run: RunSnapshot, call: CallSnapshot, live: Mapping[int, LiveCall]) -> str:
    """The card of a seat, by one of its calls: it shows what it shows, whichever changed."""
    return column_partial(run, call.seat, live)


def column_partial(run: RunSnapshot, letter: str, live: Mapping[int, LiveCall]) -> str:
    shown = run.answer(letter).shown
    return answer_partial(run, letter, live.get(shown.id) if shown else None)


def chosen_partials(run: RunSnapshot, letter: str, live: Mapping[int, LiveCall]) -> list[str]:
    """After another of a seat's answers counts: its column, and whatever speaks of it."""
    return [
        column_partial(run, letter, live),
        *(critique_partial(run, c.number) for c in run.critiques if letter in c.seats),
        head_partial(run),
        ledger_partial(run),
    ]


def new_column_partials(run: RunSnapshot, letters: Iterable[str]) -> list[str]:
    """Columns that the page lacks. Text that is streaming follows from its beginning."""
    found = []
    for letter in letters:
        shown = run.answer(letter).shown
        is_streaming = shown is not None and shown.is_active
        html = cards.render_answer(run, letter, blocks=() if is_streaming else None)
        found.append(partial("answers", html, swap="beforeend"))
    return [*found, partial("swipe-tabs", cards.render_swipe_tabs(run)), *group_partials(run)]


def _columns_partial(run: RunSnapshot, live: Mapping[int, LiveCall]) -> str:
    """All columns at once, for a page that may lack one."""
    texts = {a.letter: live.get(a.shown.id) for a in run.answers if a.shown}
    shown = {seat: (text.blocks, text.tail) for seat, text in texts.items() if text}
    tabs = partial("swipe-tabs", cards.render_swipe_tabs(run))
    return partial("answers", cards.render_columns(run, shown)) + tabs


def synthesis_partial(run: RunSnapshot, live: LiveCall | None) -> str:
    if run.is_single:
        return ""
    if live is None:
        return partial("synthesis", cards.render_synthesis(run))
    return partial("synthesis", cards.render_synthesis(run, blocks=live.blocks, tail=live.tail))


def critique_partial(run: RunSnapshot, number: int) -> str:
    return partial(f"critique-{number}", cards.render_critique(run, number))


def new_critique_partial(run: RunSnapshot, number: int) -> str:
    critique = run.critique(number)
    assert critique is not None
    html = cards.render_critique(run, number)
    return partial(f"group-{critique.kind}", html, swap="beforeend")


def review_partials(run: RunSnapshot) -> list[str]:
    """In the default lane nothing is reviewed: the panel stands in its place, to be asked."""
    if run.is_single:
        return [partial("escalation", cards.render_escalation(run))]
    return [
        partial("review-progress", cards.render_review(run)),
        partial("review-foot", cards.render_review_foot(run)),
    ]


def ledger_partial(run: RunSnapshot) -> str:
    return partial("ledger", cards.render_ledger(run))


def group_partials(run: RunSnapshot) -> list[str]:
    """Every group's whole content, for a page that may have missed anything."""
    if run.is_single:
        return []
    return [partial(f"group-{kind}", cards.render_group(run, kind)) for kind in CritiqueKind.values]


def whole_page(run: RunSnapshot, live: Mapping[int, LiveCall]) -> list[str]:
    """Everything that can change on the page, as it stands now: a frame for each part, so that a
    browser draws between them instead of being busy with all of it at once.
    """
    writer = run.latest_synthesis.call if run.latest_synthesis else None
    answers = [column_partial(run, answer.letter, live) for answer in run.answers]
    if run.has_added_seats:
        answers = [_columns_partial(run, live)]
    parts = [
        [head_partial(run)],
        *([answer] for answer in answers),
        group_partials(run),
        review_partials(run),
        [synthesis_partial(run, live.get(writer.id) if writer else None)],
        [ledger_partial(run)],
    ]
    return [envelope(part) for part in parts if any(part)]
