"""How many tokens a text is, measured against a real tokenizer."""

from pathlib import Path

import pytest
import wordllama
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from panels.estimating import tokens_in_text

ROOT = Path(__file__).parents[2]
#: 32,000 tokens: few today make more tokens of a text.
FOLDER = Path(wordllama.__file__).parent / "tokenizers"
TOKENIZER = Tokenizer.from_file(str(FOLDER / "l2_supercat_tokenizer_config.json"))
PROSE = (
    "We should split the ledger into a service of its own before the quarter ends, because every "
    "release of the monolith now needs a freeze of the accounting tables. "
)
TEXTS = {
    "prose": PROSE * 3,
    "code": (ROOT / "panels/engine/call_model.py").read_text(),
    "script": (ROOT / "panels/providers/scripts/tour.json").read_text(),
    "template": (ROOT / "templates/panels/pages/run.html").read_text(),
    "notes": (ROOT / "ARCHITECTURE.md").read_text(),
    "table": "| name | count | cost |\n|---|---|---|\n| judge | 12 | 0.25 |\n" * 20,
    "numbers": " ".join(str(number * 7919) for number in range(300)),
    "German": "Die Übertragung der Zuständigkeit erfolgt schrittweise, damit kein Ausfall die "
    "Auswertungen gefährdet. " * 3,
    "Russian": "Перенос базы данных выполняется поэтапно, чтобы отказ узла не нарушил работу. " * 3,
    "Arabic": "يتم ترحيل قاعدة البيانات على مراحل حتى لا يؤثر تعطل عقدة واحدة على النظام. " * 3,
    "Hindi": "डेटाबेस माइग्रेशन चरणों में किया जाता है ताकि एक नोड की विफलता प्रभावित न करे। " * 3,
    "Chinese": "数据库迁移分阶段进行，以便单个节点的故障不会影响整个系统的运行。" * 3,
    "Japanese": "データベースの移行は段階的に行われ、障害がシステム全体に影響しないようにします。"
    * 3,
    "Korean": "데이터베이스 이전은 단계적으로 진행되어 장애가 전체 시스템에 영향을 주지 않습니다. "
    * 3,
    "emoji": "🚀🔥 done ✅ " * 20,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_the_range_holds_a_real_tokenizers_count(kind):
    count = len(TOKENIZER.encode(TEXTS[kind], add_special_tokens=False).ids)
    assert tokens_in_text(TEXTS[kind]).holds(count)


def test_english_prose_is_about_four_characters_per_token():
    found = tokens_in_text(TEXTS["prose"])
    assert found.holds(round(len(TEXTS["prose"]) / 4))
    assert found.holds(round(len(TEXTS["prose"]) / 4.7))
    assert found.high / found.low < 1.7


@pytest.mark.parametrize("kind", ["code", "script", "notes"])
def test_what_people_review_is_known_within_a_factor_of_two(kind):
    found = tokens_in_text(TEXTS[kind])
    assert found.high / found.low < 2.1


def test_an_empty_text_has_no_tokens():
    found = tokens_in_text("")
    assert (found.low, found.high) == (0, 0)


@given(left=st.text(max_size=60), right=st.text(max_size=60))
def test_two_texts_together_have_the_tokens_of_both(left, right):
    apart = [tokens_in_text(left), tokens_in_text(right)]
    together = tokens_in_text(left + right)
    assert abs(together.low - sum(found.low for found in apart)) <= 1
    assert abs(together.high - sum(found.high for found in apart)) <= 1


@given(st.text(min_size=1))
def test_every_character_counts(text):
    assert tokens_in_text(text).high >= 1
