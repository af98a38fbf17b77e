"""Conditional text in scripts: what is said for which prompt, and what is refused at load time."""

import json
import re

import pytest

from panels.providers.scripted import ScriptedProvider
from panels.providers.scripted_conditions import check_conditions, fill_conditions
from panels.providers.scripts import Script, ScriptBook, load_scripts
from tests.providers.asking import ask, text_of

PROMPT = """Carry these out.
<<<ANSWER 2 9f2c>>>
Split  checkout now.
<<<END 2 9f2c>>>
<<<CRITIQUE C3 9f2c>>>
Who is
on call?
<<<END C3 9f2c>>>
Reviewers: on C3 they side with answer 2.
"""
BODY = {
    "messages": [{"role": "system", "content": "You write."}, {"role": "user", "content": PROMPT}]
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a {{when:on call}}b{{end}} c", "a b c"),
        ("a {{when:on leave}}b{{end}} c", "a  c"),
        ("{{when:on call}}b{{else}}c{{end}}", "b"),
        ("{{when:on leave}}b{{else}}c{{end}}", "c"),
        ("{{when:WHO is on\n call?}}b{{end}}", "b"),
        ("{{when:you write}}b{{end}}", "b"),
        ("{{when:on leave | on call}}b{{end}}", "b"),
        ("{{when:on leave | on trial}}b{{end}}", ""),
        ("{{when:on leave}}b{{else:on call}}c{{else}}d{{end}}", "c"),
        ("{{when:on call}}b{{else:Who}}c{{else}}d{{end}}", "b"),
        ("{{when:on leave}}b{{else:on trial}}c{{else}}d{{end}}", "d"),
        ("{{when:on leave}}b{{else:on trial}}c{{end}}", ""),
        ("{{when:on call}}b{{end}}{{when:on leave}}c{{end}}{{when:Who}}d{{end}}", "bd"),
        ("{{when:on call}}b\n\nc | d{{end}}", "b\n\nc | d"),
        ("no conditions { {{ }} {{ends}} {{ end }}", "no conditions { {{ }} {{ends}} {{ end }}"),
    ],
)
def test_text_is_said_where_the_prompt_holds_its_snippet(text, said):
    assert fill_conditions(text, BODY) == said
    check_conditions(text)


@pytest.mark.parametrize(
    ("outer", "inner", "said"),
    [
        ("on call", "Who", "bc"),
        ("on call", "on leave", "bd"),
        ("on leave", "Who", "e"),
        ("on leave", "on trial", "e"),
    ],
)
def test_a_branch_holds_conditions_of_its_own(outer, inner, said):
    text = "{{when:OUTER}}b{{when:INNER}}c{{else}}d{{end}}{{else}}e{{end}}"
    assert fill_conditions(text.replace("OUTER", outer).replace("INNER", inner), BODY) == said


def test_the_mark_of_a_delimiter_is_left_out():
    assert fill_conditions("{{when:<<<CRITIQUE C3>>> Who is on call?}}b{{end}}", BODY) == "b"
    assert fill_conditions("{{when:<<<CRITIQUE C3 9f2c>>>}}b{{end}}", BODY) == ""


@pytest.mark.parametrize(
    ("snippet", "said"),
    [
        ("side with answer {{label_of:Split checkout}}.", "b"),
        ("side with answer {{label_of:never said}}.", ""),
        ("answer {{label_of:never said}}. | Who", "b"),
    ],
)
def test_a_snippet_names_an_answer_by_what_it_says(snippet, said):
    assert fill_conditions(f"{{{{when:{snippet}}}}}b{{{{end}}}}", BODY) == said


def test_a_prompt_without_text_holds_nothing():
    assert fill_conditions("{{when:b}}b{{else}}c{{end}}", {}) == "c"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{{when:a}}b", "“{{when:a}}” has no “{{end}}”."),
        ("{{when:a}}b{{else}}c", "“{{when:a}}” has no “{{end}}”."),
        ("{{when:a}}{{when:b}}c{{end}}", "“{{when:a}}” has no “{{end}}”."),
        ("b{{end}}", "“{{end}}” stands outside “{{when:…}}”."),
        ("{{when:a}}b{{end}}{{end}}", "“{{end}}” stands outside “{{when:…}}”."),
        ("{{else}}b", "“{{else}}” stands outside “{{when:…}}”."),
        ("{{else:a}}b", "“{{else:a}}” stands outside “{{when:…}}”."),
        (
            "{{when:a}}b{{else}}c{{else}}d{{end}}",
            "“{{else}}” comes after the “{{else}}” of “{{when:a}}”.",
        ),
        (
            "{{when:a}}b{{else}}c{{else:d}}e{{end}}",
            "“{{else:d}}” comes after the “{{else}}” of “{{when:a}}”.",
        ),
        ("{{when:}}b{{end}}", "“{{when:}}” names no snippet."),
        ("{{when}}b{{end}}", "“{{when}}” names no snippet."),
        ("{{when:a |  | b}}c{{end}}", "“{{when:a |  | b}}” names no snippet."),
        ("{{when:a}}b{{else: }}c{{end}}", "“{{else: }}” names no snippet."),
        ("{{when:a}}b{{end:a}}", "“{{end:a}}” takes no snippet."),
        ("{{when:a}b{{end}}", "“{{when:a}b” is not a whole placeholder."),
        ("{{when:a}}b{{end", "“{{end” is not a whole placeholder."),
    ],
)
def test_an_unbalanced_condition_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Script(text=text)


def test_it_is_refused_when_the_file_is_read(tmp_path):
    path = tmp_path / "scripts.json"
    path.write_text(json.dumps({"writer": {"then": {"text": "{{when:a}}b"}}}))
    sentence = f"The scripts file {path}: Script “writer”: “{{{{when:a}}}}” has no “{{{{end}}}}”."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        load_scripts(path)


async def test_a_scripted_model_says_it():
    script = Script(text="{{when:Split}}Yes{{else}}{{label_of:never said}}{{end}}.")
    events, error = await ask(ScriptedProvider(ScriptBook({"a": script})), "a", "Split it?")
    assert (text_of(events), error) == ("Yes.", None)
