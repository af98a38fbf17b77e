"""A reviewer says whether the panel changed the single model's answer."""

from panels.choices import AnswerChanged
from panels.engine import dispatch
from panels.engine.events import RunChanged
from panels.models import Run


class UnableToSay(Exception):
    """The run did not follow a single model's."""


def say_whether_answer_changed(run: Run, answer: AnswerChanged) -> None:
    """:raises UnableToSay: when there is no answer to compare with."""
    if run.escalated_from_id is None:
        raise UnableToSay
    run.say_whether_answer_changed(answer)
    dispatch.publish(RunChanged(run_id=str(run.pk)))
