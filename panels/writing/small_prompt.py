"""The writer's prompt for a tiny model: about 350 tokens, to go with `grammar.py`."""

from collections.abc import Sequence

from panels.prompting.blinding import blinder_for
from panels.prompting.fencing import defused
from panels.prompting.sentences import first_words
from panels.snapshot import AcceptedCritique, RunSnapshot
from panels.writing.evidence import plain, sayings

_LONGEST_QUESTION_WORDS = 40
_LONGEST_TITLE_WORDS = 10
#: Shared by all points.
_MOST_WORDS = 150
_FEWEST_POINT_WORDS = 6
_MOST_POINT_WORDS = 26
_MOST_POINTS = 12

_INSTRUCTIONS = (
    "You write short decision notes for engineers. For each point, give the sentence that says "
    "most clearly what to do and why. Use only what the points say."
)


def build_small_prompt(
    run: RunSnapshot, accepted: Sequence[AcceptedCritique]
) -> tuple[tuple[str, str], ...]:
    shown = accepted[:_MOST_POINTS]
    share = _MOST_WORDS // max(1, len(shown))
    words = min(_MOST_POINT_WORDS, max(_FEWEST_POINT_WORDS, share))
    points = "\n".join(_point(run, critique, words) for critique in shown)
    question = first_words(defused(run.question), _LONGEST_QUESTION_WORDS)
    user = f"Question: {question}\n\nPoints:\n{points}\n\nWrite the decision note."
    return (("system", _INSTRUCTIONS), ("user", user))


def _point(run: RunSnapshot, accepted: AcceptedCritique, words: int) -> str:
    said = sayings(accepted, run.critique(accepted.number), most_words=words)[0]
    title = first_words(plain(accepted.title), _LONGEST_TITLE_WORDS)
    return blinder_for(run.panel).blind(f"- {title}: {said}")
