"""Closed vocabularies, with the sets of values that the code asks about by name."""

from django.db.models import TextChoices


class RunState(TextChoices):
    DRAFT = "draft", "Draft"
    PANEL = "panel", "Panel"
    JUDGING = "judging", "Judging"
    REVIEW = "review", "Review"
    WRITING = "writing", "Writing"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


#: The engine has work to do without a person.
ACTIVE_RUNS = frozenset({RunState.PANEL, RunState.JUDGING, RunState.WRITING})
#: People may decide on critiques.
DECIDABLE_RUNS = frozenset({RunState.JUDGING, RunState.REVIEW, RunState.WRITING, RunState.DONE})
#: A synthesis may be asked for.
WRITABLE_RUNS = frozenset({RunState.REVIEW, RunState.DONE})
FINISHED_RUNS = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED})


class Lane(TextChoices):
    PANEL = "panel", "Panel"
    #: One model first; the panel may follow.
    SINGLE = "single", "One model"


class Privacy(TextChoices):
    """Who gets to read what a provider is sent, from the nearest to the farthest."""

    THIS_MACHINE = "this-machine", "this machine"
    OWN_NETWORK = "own-network", "own network"
    THIRD_PARTY = "third-party", "third party"

    @property
    def phrase(self) -> str:
        """For a sentence that says where something runs or goes."""
        phrases = {
            Privacy.THIS_MACHINE: "on this machine",
            Privacy.OWN_NETWORK: "on your own network",
            Privacy.THIRD_PARTY: "a third party",
        }
        return phrases[self]


class Hold(TextChoices):
    """Which cap a run waits at."""

    NONE = "", "Not held"
    RUN_CAP = "run_cap", "The run's cap"
    DAY_CAP = "day_cap", "The day's cap"
    MONTH_CAP = "month_cap", "The month's cap"
    UNKNOWN_PRICE = "unknown_price", "A price that is not known"


class AnswerChanged(TextChoices):
    """Whether the panel changed the single model's answer, as a person says."""

    UNSAID = "", "Not said"
    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"


class Because(TextChoices):
    """Why a call was made that is not a first attempt."""

    FIRST = "", "First attempt"
    RETRY = "retry", "Retry"
    INTERRUPTED = "interrupted", "Asked again after a restart"
    OUTAGE = "outage", "Fallback after an outage"
    OVERFLOW = "overflow", "Fallback to a longer context"
    REFUSAL = "refusal", "Fallback after a refusal"


class CallRole(TextChoices):
    SEAT = "seat", "Seat"
    JUDGE = "judge", "Judge"
    WRITER = "writer", "Writer"


#: In which states of its run a call may be asked. A seat and a judge are also asked beside the
#: run's own part: late, or because a person wished it.
PARTS: dict[CallRole, frozenset[RunState]] = {
    CallRole.SEAT: DECIDABLE_RUNS | {RunState.PANEL},
    CallRole.JUDGE: DECIDABLE_RUNS,
    CallRole.WRITER: frozenset({RunState.WRITING}),
}


class CallState(TextChoices):
    QUEUED = "queued", "Queued"
    WAITING = "waiting", "Waiting for the first token"
    STREAMING = "streaming", "Streaming"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"
    INTERRUPTED = "interrupted", "Interrupted"


#: The request is open at the vendor.
ACTIVE_CALLS = frozenset({CallState.WAITING, CallState.STREAMING})
#: Nothing more will come, and the engine will not ask again by itself.
SETTLED_CALLS = frozenset({CallState.DONE, CallState.FAILED, CallState.STOPPED})


class CostSource(TextChoices):
    REPORTED = "reported", "reported by the provider"
    ESTIMATED = "estimated", "estimated from a price list"
    FREE = "free", "runs on this machine"
    #: The provider turned the request away, or was never reached: nothing was generated.
    REFUSED = "refused", "nothing, the request was refused"
    UNKNOWN = "unknown", "unknown"


class CritiqueKind(TextChoices):
    CONTRADICTION = "contradiction", "Contradictions"
    BLIND_SPOT = "blind_spot", "Blind spots"
    PARTIAL_COVERAGE = "partial_coverage", "Partial coverage"
    UNIQUE_INSIGHT = "unique_insight", "Unique insights"
    CONSENSUS = "consensus", "Consensus"
    FRAMING = "framing", "Framing"
    REMARK = "remark", "Remarks"

    @property
    def one(self) -> str:
        """The label of a single critique; `label` heads a group of them."""
        has_plural = {self.CONTRADICTION, self.BLIND_SPOT, self.UNIQUE_INSIGHT, self.REMARK}
        return self.label.removesuffix("s") if self in has_plural else self.label


#: The kinds that a judge may find; the others come from people.
JUDGED_KINDS = (
    CritiqueKind.CONTRADICTION,
    CritiqueKind.BLIND_SPOT,
    CritiqueKind.PARTIAL_COVERAGE,
    CritiqueKind.UNIQUE_INSIGHT,
    CritiqueKind.CONSENSUS,
)


class CritiqueOrigin(TextChoices):
    JUDGE = "judge", "Judge"
    LOCAL_JUDGE = "local_judge", "Local judge"
    PERSON = "person", "Person"


class Verdict(TextChoices):
    OPEN = "open", "open"
    ACCEPTED = "accepted", "accepted"
    REJECTED = "rejected", "rejected"
    DEFERRED = "deferred", "deferred"


class ShareScope(TextChoices):
    VIEW = "view", "Can view"
    REVIEW = "review", "Can review"


class ReasoningEffort(TextChoices):
    DEFAULT = "", "Provider's default"
    NONE = "none", "None"
    MINIMAL = "minimal", "Minimal"
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
