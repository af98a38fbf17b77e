from panels.markdown.plaintext import plain_text
from panels.snapshot import RunSnapshot


def plain_answers(run: RunSnapshot) -> dict[str, str]:
    """Seat letter → what a reader reads of its answer. Every quote's offsets point into these."""
    return {
        answer.letter: plain_text(answer.call.text)
        for answer in run.readable_answers
        if answer.call is not None
    }
