"""Values of `_ledger_steps.html`: what a call did on the web, below its row."""

from dataclasses import dataclass

from panels.snapshot import CallSnapshot, ToolStepSnapshot
from panels.step_words import provider_steps, step_outcome, tool_name


@dataclass(frozen=True, kw_only=True)
class LedgerStep:
    name: str
    argument: str
    outcome: str
    seconds: float | None
    is_failed: bool


def ledger_steps(call: CallSnapshot) -> tuple[LedgerStep, ...]:
    if words := provider_steps(call):
        return (
            LedgerStep(
                name="By the provider",
                argument="its own search, whose steps it does not tell",
                outcome=words,
                seconds=None,
                is_failed=False,
            ),
        )
    return tuple(_step(step) for step in call.tool_steps)


def _step(step: ToolStepSnapshot) -> LedgerStep:
    return LedgerStep(
        name=tool_name(step),
        argument=step.argument,
        outcome=step_outcome(step),
        seconds=step.seconds,
        is_failed=step.is_failed,
    )
