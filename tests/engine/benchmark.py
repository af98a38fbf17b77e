"""Mixed runs on the scripted provider: lengths, documents and panels differ as in real life."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import exp
from random import Random
from typing import Any

import httpx
from asgiref.sync import sync_to_async
from django.utils import timezone

from panels.choices import Verdict
from panels.engine.plan_estimate import DocumentSizes, estimate_draft
from panels.engine.request_synthesis import request_synthesis
from panels.engine.review import Reviewer, decide
from panels.estimating import RunEstimate, run_estimate, tokens_in_text
from panels.models import Run
from panels.panel import Judge, Panel, Seat, Writer
from panels.pricing import price_table_from
from panels.providers.openai_compatible import OpenAICompatible
from panels.providers.registry import Registry
from panels.providers.scripted import ScriptedTransport
from panels.providers.scripts import Script, ScriptBook, ScriptedRequest, ScriptedUsage
from panels.queries import draft_snapshot
from panels.queries.history import load_history
from panels.snapshot import RunSnapshot
from tests.engine.conftest import QUICK, Room

#: What a tokenizer makes of plain English.
CHARACTERS_PER_TOKEN = 4.3
#: Model → typical tokens of an answer, their spread, and its prices per million tokens.
MODELS = {
    "brief": (250, 0.25, "0.15", "0.60"),
    "usual": (700, 0.35, "1.25", "10"),
    "wordy": (1600, 0.45, "3", "15"),
    "wild": (800, 0.8, "0.5", "2"),
}
WORDS = ("order", "writes", "events", "into", "one", "table", "before", "anybody", "answers")


@dataclass
class VariedBook(ScriptBook):
    """Each model answers at its own length, and counts tokens as a vendor does.

    What a model draws depends on the run and on how often it was asked in it, not on who of several
    concurrent calls came first.
    """

    run_seed: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)

    def begin_run(self, seed: float) -> None:
        self.run_seed = seed
        self.asked.clear()

    def ask(self, slug: str, body: dict[str, Any]) -> tuple[Script, ScriptedRequest]:
        _, request = super().ask(slug, body)
        prompt = sum(len(message["content"]) for message in body["messages"])
        self.asked[slug] += 1
        rng = Random(f"{self.run_seed} {slug} {self.asked[slug]}")
        typical, spread, _, _ = MODELS[slug]
        tokens = max(20, round(typical * exp(rng.gauss(0, spread))))
        if "max_tokens" in body:
            tokens = min(tokens, body["max_tokens"])
        is_judge = "response_format" in body
        text = _critiques(tokens, rng) if is_judge else _prose(tokens, rng)
        usage = ScriptedUsage(
            tokens_in=round(prompt / CHARACTERS_PER_TOKEN), tokens_out=_tokens(text)
        )
        return Script(text=text, usage=usage), request


class BenchmarkRoom(Room):
    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.varied = VariedBook(dict.fromkeys(MODELS, Script()))
        super().__init__()
        self.book = self.varied

    def registry(self) -> Registry:
        prices = {
            f"vendor:{slug}": {"in": per_in, "out": per_out}
            for slug, (_, _, per_in, per_out) in MODELS.items()
        }
        vendor = OpenAICompatible(
            name="vendor",
            base_url="http://scripted.invalid/v1",
            client=httpx.AsyncClient(transport=ScriptedTransport(self.varied)),
            timeouts=replace(QUICK, first_token_seconds=10, silence_seconds=10),
        )
        return Registry([vendor], own_prices=price_table_from(prices))

    async def one_run(self) -> tuple[RunEstimate, RunSnapshot]:
        """What the page would have said before it, and what became of it."""
        self.varied.begin_run(self.rng.random())
        panel, document = self._panel(), _prose(self.rng.randrange(0, 4000), self.rng)
        question = _prose(self.rng.randrange(10, 120), self.rng)
        estimate = await sync_to_async(self._estimate)(panel, question, document)
        run = await self.start(panel, document=document, question=question)
        await self.finish(run)
        await sync_to_async(self._review)(run)
        await self.dispatcher.launch(run.pk)
        return estimate, await self.finish(run)

    def _panel(self) -> Panel:
        models = self.rng.choices(list(MODELS), k=self.rng.randrange(2, 5))
        most = self.rng.choice([None, None, 1500])
        return Panel(
            seats=tuple(
                Seat(letter=letter, model=f"vendor:{slug}", persona="A sceptic.", max_tokens=most)
                for letter, slug in zip("ABCD", models, strict=False)
            ),
            judge=Judge(model="vendor:usual", rubric=("Names an owner",)),
            writer=Writer(model="vendor:wordy"),
        )

    def _estimate(self, panel: Panel, question: str, document: str) -> RunEstimate:
        now = timezone.now()
        draft = Run(question=question, created_at=now, owner_id=1)
        sizes = DocumentSizes(words=len(document.split()), tokens=tokens_in_text(document))
        registry = self.dispatcher.tools.registry
        comparison = estimate_draft(
            draft_snapshot(draft, panel),
            sizes,
            best_model="vendor:wordy",
            history=load_history(),
            price_of=registry.price_of,
            info_of=registry.info,
        )
        return run_estimate(comparison)

    def _review(self, run: Run) -> None:
        """People accept about half of it."""
        run.refresh_from_db()
        now = timezone.now()
        reviewer = Reviewer(name="Ada", user_id=run.owner_id)
        for number in run.critiques.values_list("number", flat=True):
            verdict = self.rng.choice([Verdict.ACCEPTED, Verdict.REJECTED])
            decide(run, number, reviewer, now=now, verdict=verdict)
        request_synthesis(run, requested_by="Ada", now=now)


def cost_of_run(run: RunSnapshot) -> Decimal:
    assert not run.has_unknown_cost
    return run.cost_usd


def _tokens(text: str) -> int:
    return round(len(text) / CHARACTERS_PER_TOKEN)


def _prose(tokens: int, rng: Random) -> str:
    size, words = round(tokens * CHARACTERS_PER_TOKEN), []
    while sum(map(len, words)) + len(words) < size:
        words += rng.choices(WORDS, k=20)
    return " ".join(words)[:size]


def _critiques(tokens: int, rng: Random) -> str:
    each = 60
    found = [
        {"why": _prose(each, rng), "kind": "blind_spot", "title": _prose(8, rng), "stances": []}
        for _ in range(max(1, min(20, tokens // each)))
    ]
    return json.dumps({"critiques": found})
