"""What a run needs next, decided from its facts and the time alone. Pure.

Three questions: which step is due, which queued calls are to be asked, and when time alone will
make another step due. Calls are asked beside each other and beside the steps: a late or repeated
seat, and a judge that is asked again, hold nothing up (docs/decisions/0014-*.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from panels.choices import PARTS, CallRole
from panels.engine.next_attempt import NextAttempt, next_attempt
from panels.engine.retrying import RetryPolicy
from panels.providers.errors import PrivacyRefused
from panels.snapshot import CallSnapshot, JudgingSnapshot, RunSnapshot


@dataclass(frozen=True)
class AskAgain:
    """Calls failed and are not followed up yet: a process died in between."""

    attempts: tuple[NextAttempt, ...]


@dataclass(frozen=True)
class EndPanel:
    """Every seat has settled, or a quorum has and the others had their time; judging begins."""


@dataclass(frozen=True)
class EndSingle:
    """The one model of the default lane has answered: there is nothing to judge."""


@dataclass(frozen=True)
class FailRun:
    reason: str


@dataclass(frozen=True)
class BeginJudging:
    """Fix which answers are read, and queue the judge's call if it is a model."""


@dataclass(frozen=True)
class EndJudging:
    """Read what the judge's settled call holds, or judge locally; open the review."""

    judging: JudgingSnapshot


@dataclass(frozen=True)
class EndWriting:
    is_written: bool


Step = AskAgain | EndPanel | EndSingle | FailRun | BeginJudging | EndJudging | EndWriting
USUAL_POLICY = RetryPolicy()


def next_step(run: RunSnapshot, now: datetime, policy: RetryPolicy = USUAL_POLICY) -> Step | None:
    """The step that is due; None while calls, time or people have to come first."""
    if run.is_panel:
        return _ask_again(run, policy, *(a.latest for a in run.answers)) or _next_of_panel(run, now)
    if not run.is_decidable:
        return None
    return _next_of_judging(run, policy) or _next_of_writing(run, policy)


def calls_to_ask(run: RunSnapshot) -> tuple[CallSnapshot, ...]:
    """Every queued call whose time it is in its run's life. A held run asks none."""
    if run.is_held:
        return ()
    return tuple(c for c in run.calls if c.is_queued and run.state in PARTS[CallRole(c.role)])


def grace_ends_at(run: RunSnapshot) -> datetime | None:
    """When the judge stops waiting for the seats that are still open; None while nobody knows."""
    quorum = run.panel.quorum
    if not run.is_panel or quorum is None or not run.open_answers:
        return None
    ends = sorted(a.call.finished_at for a in run.readable_answers if a.call and a.call.finished_at)
    if len(ends) < quorum:
        return None
    return ends[quorum - 1] + timedelta(seconds=run.panel.grace_seconds)


def _ask_again(
    run: RunSnapshot, policy: RetryPolicy, *latest: CallSnapshot | None
) -> AskAgain | None:
    """`latest`: the last call at each place."""
    attempts = [next_attempt(run, call, policy) for call in latest if call is not None]
    following = tuple(attempt for attempt in attempts if attempt is not None)
    return AskAgain(following) if following else None


def _next_of_panel(run: RunSnapshot, now: datetime) -> Step | None:
    if run.open_answers:
        ends_at = grace_ends_at(run)
        return EndPanel() if ends_at and ends_at <= now else None
    if run.readable_answers:
        return EndSingle() if run.is_single else EndPanel()
    return FailRun(_why_nobody_answered(run))


def _why_nobody_answered(run: RunSnapshot) -> str:
    codes = {answer.call.error_code for answer in run.answers if answer.call}
    is_private = codes == {PrivacyRefused.error_code}
    if is_private:
        return PrivacyRefused.error_code
    return "single_failed" if run.is_single else "all_seats_failed"


def _next_of_judging(run: RunSnapshot, policy: RetryPolicy) -> Step | None:
    """The run's own judging, or one that a person wished for beside it."""
    judging = run.open_judging
    if judging is None:
        return BeginJudging() if run.is_judging else None
    if judging.call and judging.call.is_open:
        return None
    return _ask_again(run, policy, judging.call) or EndJudging(judging)


def _next_of_writing(run: RunSnapshot, policy: RetryPolicy) -> Step | None:
    call = run.latest_synthesis.call if run.latest_synthesis else None
    if not run.is_writing or (call and call.is_open):
        return None
    is_written = any(version.is_done for version in run.syntheses)
    return _ask_again(run, policy, call) or EndWriting(is_written=is_written)
