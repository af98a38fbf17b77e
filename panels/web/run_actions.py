"""What people do on the run page. Each answers with the cards that changed.

The same cards reach every watcher by the socket; answering with them too makes the page right even
while the socket is down.
"""

from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from panels.engine import dispatch
from panels.engine.cancel_run import stop_run as cancel_all
from panels.engine.cancel_run import stop_seat as cancel_seat
from panels.engine.request_synthesis import UnableToWrite, request_synthesis
from panels.engine.review import UnableToDecide
from panels.engine.review import add_critique as add_card
from panels.engine.review import decide as record_decision
from panels.engine.review import undo as take_back
from panels.live import frames
from panels.queries import load_run_snapshot
from panels.web.access import owned_run_or_404, reviewable_run_or_404
from panels.web.numbers import small_number
from panels.web.refusals import refusal
from panels.web.review_forms import CritiqueForm, DecisionForm, SynthesisForm
from panels.web.reviewers import reviewer_of


@require_POST
def stop_seat(request: HttpRequest, run_id: UUID, letter: str) -> HttpResponse:
    stopped = owned_run_or_404(request, run_id)
    if letter not in {seat.letter for seat in stopped.asked_panel.seats}:
        raise Http404
    async_to_sync(cancel_seat)(stopped, letter, now=timezone.now())
    run = load_run_snapshot(run_id)
    return _answer([frames.head_partial(run), frames.answer_partial(run, letter, None)])


@require_POST
def stop_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    stopped = owned_run_or_404(request, run_id)
    async_to_sync(cancel_all)(stopped, now=timezone.now())
    run = load_run_snapshot(run_id)
    return _answer([frames.head_partial(run), *frames.review_partials(run)])


@require_POST
def decide(request: HttpRequest, run_id: UUID, number: int) -> HttpResponse:
    """Record a verdict, a side or a note; what the form does not carry stays as it stands."""
    access = reviewable_run_or_404(request, run_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return refusal(request, form.first_error)
    try:
        record_decision(
            access.run, number, reviewer_of(access), now=timezone.now(), **form.sent_values
        )
    except UnableToDecide as refused:
        return refusal(request, str(refused))
    return _answer_critique(run_id, number)


@require_POST
def undo(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Take back a critique's latest decision; without a number, the reviewer's own latest."""
    access = reviewable_run_or_404(request, run_id)
    number = small_number(request.POST.get("number", ""))
    undone = take_back(access.run, reviewer_of(access), now=timezone.now(), number=number)
    if undone is None:
        return refusal(request, "There is nothing of yours left to undo.")
    return _answer_critique(run_id, undone)


@require_POST
def add_critique(request: HttpRequest, run_id: UUID) -> HttpResponse:
    access = reviewable_run_or_404(request, run_id)
    form = CritiqueForm(request.POST)
    if not form.is_valid():
        return refusal(request, form.first_error)
    try:
        add_card(access.run, reviewer_of(access), now=timezone.now(), **form.cleaned_data)
    except UnableToDecide as refused:
        return refusal(request, str(refused))
    run = load_run_snapshot(run_id)
    return _answer([*frames.group_partials(run), *frames.review_partials(run)])


@require_POST
def write(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask for the next version of the synthesis; `add` repeats for what the last one missed."""
    access = reviewable_run_or_404(request, run_id)
    form = SynthesisForm(request.POST)
    if not form.is_valid():
        return refusal(request, form.first_error)
    try:
        request_synthesis(
            access.run,
            requested_by=access.name,
            now=timezone.now(),
            added=form.cleaned_data["add"],
        )
    except UnableToWrite:
        return refusal(request, "A synthesis can be asked for once the review is open.")
    async_to_sync(dispatch.launch)(run_id)
    run = load_run_snapshot(run_id)
    return _answer(
        [
            frames.head_partial(run),
            *frames.review_partials(run),
            frames.synthesis_partial(run, None),
        ]
    )


def _answer_critique(run_id: UUID, number: int) -> HttpResponse:
    run = load_run_snapshot(run_id)
    return _answer([frames.critique_partial(run, number), *frames.review_partials(run)])


def _answer(partials: list[str]) -> HttpResponse:
    return HttpResponse("".join(partials))
