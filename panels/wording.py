"""Machine codes and states as the words that a page shows: what happened, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from panels.choices import CallState, CostSource
from panels.snapshot import CallSnapshot, RunSnapshot


@dataclass(frozen=True)
class Explanation:
    """`sentence` says what happened, `remedy` what a person can do about it."""

    sentence: str
    remedy: str = ""


_CALL_ERRORS = {
    "provider_error": Explanation(
        "The provider reported an error.", "Ask again later, or choose another model."
    ),
    "not_configured": Explanation(
        "No provider of this name is set up, or its key is missing.",
        "Set the provider's key in the environment and restart the server.",
    ),
    "unreachable": Explanation(
        "The provider could not be reached.",
        "Check its address and the network between this server and it.",
    ),
    "timed_out": Explanation(
        "The provider took too long.", "Ask again later, or choose a faster model."
    ),
    "connect_timed_out": Explanation(
        "The provider did not take the connection in time.", "Check its address and the network."
    ),
    "first_token_timed_out": Explanation(
        "The model did not begin to answer in time.",
        "Ask again later, or choose a faster model.",
    ),
    "silence_timed_out": Explanation(
        "The answer went quiet in the middle. What had come is kept.",
        "Ask again later, or choose another model.",
    ),
    "request_refused": Explanation(
        "The provider refused the request.", "Check the model and its settings in the preset."
    ),
    "auth_failed": Explanation(
        "The provider did not accept the key.", "Check the provider's key in the environment."
    ),
    "payment_required": Explanation(
        "The provider asks for payment.", "Top up the account at the provider."
    ),
    "permission_denied": Explanation(
        "The key may not use this model.", "Choose another model, or another key."
    ),
    "model_not_found": Explanation(
        "The provider does not know this model.", "Check the model's name in the preset."
    ),
    "context_overflow": Explanation(
        "The question and its documents are longer than this model can read.",
        "Choose a model with a longer context, or shorten the documents.",
    ),
    "bad_request": Explanation(
        "The provider could not use the request.",
        "Check the seat's parameters: the model may not support one of them.",
    ),
    "server_error": Explanation("The provider failed on its side.", "Ask again later."),
    "rate_limited": Explanation(
        "The provider allows no more requests for now.", "Wait a little and ask again."
    ),
    "overloaded": Explanation("The provider is overloaded.", "Wait a little and ask again."),
    "privacy_refused": Explanation(
        "This run is local only, and the call would have left this machine and your own network. "
        "Nothing was sent.",
        "Choose a model on this machine or your own network, or start a run that is not local "
        "only.",
    ),
    "content_refused": Explanation(
        "The model or the provider's filter declined to answer.",
        "Rephrase the question, or choose another model.",
    ),
    "stream_broken": Explanation(
        "The connection broke in the middle of the answer. What had come is kept.", "Ask again."
    ),
    "unreadable_stream": Explanation(
        "The provider answered in a form that could not be read.",
        "Check that the address is that of an OpenAI-compatible endpoint.",
    ),
    "endless_answer": Explanation(
        "The answer had no end, so it was cut off. What had come is kept.",
        "Set a limit of tokens in the preset, or choose another model.",
    ),
    "empty_answer": Explanation(
        "The model finished without saying anything.", "Ask again, or choose another model."
    ),
    "interrupted": Explanation(
        "The server stopped while this was being written. What had come is kept.",
        "It is asked again by itself.",
    ),
    "stopped_by_person": Explanation("Somebody stopped it. What had come is kept."),
    "internal_error": Explanation(
        "Something went wrong in Fusionweb itself.", "The server's log has the details."
    ),
}
_JUDGE_REPLIES = {
    "judge_empty_reply": Explanation("The judge's reply was empty."),
    "judge_not_json": Explanation("The judge's reply could not be read: it held no JSON."),
    "judge_schema_mismatch": Explanation(
        "The judge's reply could not be read: it did not have the form that was asked for."
    ),
}
_RUN_REASONS = {
    "all_seats_failed": Explanation(
        "Every seat failed, so there is nothing to review.",
        "Each column says why. Set that right and run it again.",
    ),
    "single_failed": Explanation(
        "The model did not answer.",
        "Its column says why. Set that right and run it again, or ask the panel.",
    ),
    "stopped_by_person": Explanation(
        "Somebody stopped the run. What the seats had said is kept.",
        "Run it again to ask those that had not finished.",
    ),
    "server_error": Explanation(
        "Something went wrong in Fusionweb itself.", "The server's log has the details."
    ),
}
_UNKNOWN = Explanation("Something went wrong that has no name here.")

_CALL_STATES: dict[str, str] = {
    CallState.QUEUED: "waiting for its turn",
    CallState.WAITING: "waiting for the first token",
    CallState.STREAMING: "streaming",
    CallState.DONE: "done",
    CallState.FAILED: "failed",
    CallState.STOPPED: "stopped",
    CallState.INTERRUPTED: "cut off, will be asked again",
}
_EARLY_ENDS = {
    "length": "cut at its token limit",
    "content_filter": "cut by the provider's filter",
}
_COST_SOURCES: dict[str, str] = {
    CostSource.REPORTED: "reported",
    CostSource.ESTIMATED: "estimated",
    CostSource.FREE: "free",
    CostSource.REFUSED: "not asked for",
    CostSource.UNKNOWN: "",
}


def explain_call_error(code: str) -> Explanation:
    return _CALL_ERRORS.get(code, _UNKNOWN)


def explain_judge_reason(code: str) -> Explanation:
    """Why the local judge stepped in: the reply could not be read, or the judge's call failed."""
    return _JUDGE_REPLIES.get(code) or explain_call_error(code.removeprefix("judge_failed:"))


def explain_run_reason(code: str) -> Explanation:
    return _RUN_REASONS.get(code) or explain_call_error(code)


def call_state(call: CallSnapshot | None) -> str:
    return _CALL_STATES[call.state] if call else "not asked"


def early_end(call: CallSnapshot) -> str:
    """What ended a finished answer before the model wished to; "" when nothing did."""
    return _EARLY_ENDS.get(call.finish_reason, "") if call.is_done else ""


def call_fate(call: CallSnapshot) -> str:
    """The call's outcome as the ledger tells it, in one phrase."""
    words = fate_of_one(call)
    return words if call.attempt == 1 else f"{words}, attempt {call.attempt}"


def fate_of_one(call: CallSnapshot) -> str:
    """As `call_fate`, without a word about other attempts."""
    if call.is_failed:
        return f"failed: {explain_call_error(call.error_code).sentence.rstrip('.')}"
    if call.is_interrupted:
        return "cut off when the server stopped"
    early = early_end(call)
    return f"done, {early}" if early else call_state(call)


def cost_source(call: CallSnapshot) -> str:
    return _COST_SOURCES[call.cost_source]


def demonstration_note(run: RunSnapshot) -> str:
    """What a reader must know about answers of the embedded model; "" without any."""
    local = [s.letter for s in run.panel.seats if s.model.startswith("local:")]
    if not local or run.is_tour:
        return ""
    return (
        f"{_who(run, local)} answered by a small demonstration model that runs on this machine."
        " It shows how the room works; it is no expert. For a real panel, set OPENROUTER_API_KEY"
        " (or another provider's key) in the environment, restart the server, and choose models"
        " in a preset."
    )


def count_of(number: int, singular: str, plural: str = "") -> str:
    """`1 call`, `1,204 calls`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listed(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join([part for part in (", ".join(words[:-1]), words[-1]) if part])


def _who(run: RunSnapshot, letters: list[str]) -> str:
    if len(letters) == len(run.panel.seats):
        return "Every seat is"
    if len(letters) == 1:
        return f"Seat {letters[0]} is"
    return f"Seats {', '.join(letters[:-1])} and {letters[-1]} are"
