"""The fault table: what goes wrong, and what becomes of the call."""

from dataclasses import dataclass, replace

from panels.choices import Because
from panels.panel import Fallbacks
from panels.providers.scripts import Script
from tests.engine.fault_upstream import FINE, STANDING_IN

FALLBACKS = Fallbacks(outage="up:spare", overflow="up:long", refusal="up:open")
SAYS = "one two three four five six"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`kept` is how the text begins that stays; `is_whole` where it is all of it."""

    name: str
    code: str
    sentence: str
    script: Script | None = None
    model: str = ""
    is_retried: bool = False
    fallback: Because | None = Because.OUTAGE
    kept: str = ""
    is_whole: bool = True
    retry_after_seconds: float | None = None

    @property
    def slug(self) -> str:
        return self.name.replace(" ", "-")

    @property
    def reference(self) -> str:
        return self.model or f"up:{self.slug}"

    @property
    def attempts(self) -> list[tuple[str, str]]:
        """Model and reason of every request to the seat's own model."""
        first = (self.reference, "")
        return [first, (self.reference, Because.RETRY)] if self.is_retried else [first]

    @property
    def stand_in(self) -> str:
        """The model reference that takes over; "" when none does."""
        return getattr(FALLBACKS, self.fallback) if self.fallback else ""

    @property
    def stand_in_text(self) -> str:
        return STANDING_IN[self.stand_in.partition(":")[2]].text

    @property
    def passing(self) -> Script:
        """The fault once, and then a good answer."""
        assert self.script is not None
        return replace(self.script, then=FINE)


def status(number: int, code: str, sentence: str, **changes) -> Fault:
    script = changes.pop("script", Script(status=number))
    return Fault(
        **{"name": str(number), "script": script, "code": code, "sentence": sentence, **changes}
    )


def cut_after(fault: str, **changes) -> Script:
    return Script(text=SAYS, fault=fault, fault_after_tokens=2, **changes)


FAILED_ON_ITS_SIDE = "The provider failed on its side."
OVERLOADED = "The provider is overloaded."
NO_MORE_FOR_NOW = "The provider allows no more requests for now."
NOT_REACHED = "The provider could not be reached."
TOO_LONG = "The question and its documents are longer than this model can read."
DECLINED = "The model or the provider's filter declined to answer."
#: A refusal that only its words tell.
SPOKEN = "I'm sorry, but I can't help with that."

QUICK_FAULTS = (
    status(401, "auth_failed", "The provider did not accept the key."),
    status(402, "payment_required", "The provider asks for payment."),
    status(403, "permission_denied", "The key may not use this model."),
    status(404, "model_not_found", "The provider does not know this model."),
    status(408, "server_error", FAILED_ON_ITS_SIDE, is_retried=True),
    status(413, "context_overflow", TOO_LONG, fallback=Because.OVERFLOW),
    status(422, "bad_request", "The provider could not use the request.", fallback=None),
    status(429, "rate_limited", NO_MORE_FOR_NOW, is_retried=True),
    status(
        429,
        "rate_limited",
        NO_MORE_FOR_NOW,
        name="429 and when to come back",
        script=Script(status=429, retry_after_seconds=0.2),
        is_retried=True,
        retry_after_seconds=0.2,
    ),
    status(
        429,
        "rate_limited",
        NO_MORE_FOR_NOW,
        name="429 and to come back in an hour",
        script=Script(status=429, retry_after_seconds=3600),
        retry_after_seconds=3600,
    ),
    status(500, "server_error", FAILED_ON_ITS_SIDE, is_retried=True),
    status(502, "server_error", FAILED_ON_ITS_SIDE, is_retried=True),
    status(503, "overloaded", OVERLOADED, is_retried=True),
    status(529, "overloaded", OVERLOADED, is_retried=True),
    Fault(
        name="connection refused",
        model="refused:m",
        code="unreachable",
        sentence=NOT_REACHED,
        is_retried=True,
    ),
    Fault(
        name="TLS error", model="tls:m", code="unreachable", sentence=NOT_REACHED, is_retried=True
    ),
    Fault(
        name="DNS failure", model="dns:m", code="unreachable", sentence=NOT_REACHED, is_retried=True
    ),
    Fault(
        name="cut in mid stream",
        script=cut_after("cut"),
        code="stream_broken",
        sentence="The connection broke in the middle of the answer. What had come is kept.",
        is_retried=True,
        kept="one two ",
    ),
    Fault(
        name="error chunk in a 200",
        script=cut_after("error_chunk"),
        code="stream_broken",
        sentence="The connection broke in the middle of the answer. What had come is kept.",
        is_retried=True,
        kept="one two ",
    ),
    Fault(
        name="malformed JSON",
        script=cut_after("malformed"),
        code="unreadable_stream",
        sentence="The provider answered in a form that could not be read.",
        kept="one two ",
    ),
    Fault(
        name="endless output",
        script=cut_after("endless"),
        code="endless_answer",
        sentence="The answer had no end, so it was cut off. What had come is kept.",
        kept="one two and so on and so on ",
        is_whole=False,
    ),
    Fault(
        name="empty output",
        script=Script(fault="empty"),
        code="empty_answer",
        sentence="The model finished without saying anything.",
        is_retried=True,
    ),
    Fault(
        name="refusal",
        script=Script(text="I will not.", fault="refusal"),
        code="content_refused",
        sentence=DECLINED,
        fallback=Because.REFUSAL,
    ),
    Fault(
        name="refusal in plain words",
        script=Script(text=SPOKEN),
        code="content_refused",
        sentence=DECLINED,
        fallback=Because.REFUSAL,
        kept=SPOKEN,
    ),
    Fault(
        name="context overflow",
        script=Script(status=400, error_message="The maximum context length is 8192 tokens."),
        code="context_overflow",
        sentence=TOO_LONG,
        fallback=Because.OVERFLOW,
    ),
)
#: These take their time, so they are tried side by side.
SLOW_FAULTS = (
    Fault(
        name="hang before headers",
        script=Script(fault="hang"),
        code="first_token_timed_out",
        sentence="The model did not begin to answer in time.",
        is_retried=True,
    ),
    Fault(
        name="hang in mid stream",
        script=cut_after("hang_after"),
        code="silence_timed_out",
        sentence="The answer went quiet in the middle. What had come is kept.",
        is_retried=True,
        kept="one two ",
    ),
    Fault(
        name="one byte at a time",
        script=Script(fault="drip", tokens_per_second=10),
        code="first_token_timed_out",
        sentence="The model did not begin to answer in time.",
        is_retried=True,
    ),
    Fault(
        name="one byte at a time after a beginning",
        script=cut_after("drip", tokens_per_second=10),
        code="timed_out",
        sentence="The provider took too long.",
        kept="one two ",
    ),
)
FAULTS = QUICK_FAULTS + SLOW_FAULTS
