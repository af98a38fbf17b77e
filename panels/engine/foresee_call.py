"""What a call that a person is about to wish for will cost, from the very request it would send."""

from dataclasses import replace

from panels.choices import CallRole
from panels.engine.ask_judge import judge_prompt, judge_question
from panels.engine.ask_seat import seat_question
from panels.engine.call_estimate import rounds_of, tokens_of
from panels.engine.seat_prompt import build_seat_prompt
from panels.engine.web_access import web_access
from panels.estimating import (
    CallEstimate,
    History,
    PlannedCall,
    Range,
    estimate_call,
)
from panels.providers.registry import Registry
from panels.providers.requests import CompletionRequest
from panels.snapshot import RunSnapshot


def foresee_seat(
    run: RunSnapshot, letter: str, registry: Registry, history: History
) -> CallEstimate:
    seat = run.panel.seat(letter)
    prompt = build_seat_prompt(run, seat, registry.info(seat.model))
    request = seat_question(run, seat.model, seat, prompt).request
    return _foresee(run, request, CallRole.SEAT, registry, history, seat=letter)


def foresee_judge(run: RunSnapshot, registry: Registry, history: History) -> CallEstimate:
    """Of the answers that can be read now."""
    model = run.panel.judge.model
    prompt = judge_prompt(run, registry.info(model))
    request = judge_question(run, model, prompt).request
    return _foresee(run, request, CallRole.JUDGE, registry, history)


def _foresee(
    run: RunSnapshot,
    request: CompletionRequest,
    role: CallRole,
    registry: Registry,
    history: History,
    *,
    seat: str = "",
) -> CallEstimate:
    """`request.model` is a model reference."""
    info = registry.info(request.model)
    request = replace(request, web=web_access(run.panel, role, info))
    planned = PlannedCall(
        role=role,
        seat=seat,
        model=request.model,
        tokens_in=tokens_of(request),
        max_tokens=request.max_tokens,
        reasoning_effort=request.reasoning_effort,
    )
    estimate = estimate_call(planned, history, registry.price_of(request.model))
    cost = estimate.cost_usd
    if cost is None:
        return estimate
    return replace(estimate, cost_usd=Range(cost.low, cost.high * rounds_of(request)))
