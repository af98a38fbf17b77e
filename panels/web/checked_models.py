"""What the pre-flight found, put beside the calls that it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from panels.engine.preflight import Finding
from panels.web.planned_calls import CallPlan, PlannedCall
from panels.wording import explain_call_error


@dataclass(frozen=True)
class Checked:
    """By model reference."""

    findings: Mapping[str, Finding] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[str, ...]:
        """As sentences."""
        found = self.findings.items()
        return tuple(_sentence(model, finding) for model, finding in found if finding.is_problem)

    @property
    def has_problem(self) -> bool:
        return bool(self.problems)

    @property
    def has_doubt(self) -> bool:
        """Nothing is known to be wrong, and not all is known to be well."""
        return bool(self.findings) and not self.has_problem

    def mark(self, plan: CallPlan) -> CallPlan:
        """The plan with its problems and doubts; what was known before stays."""
        return replace(plan, rows=self.mark_calls(plan.rows))

    def mark_calls(self, calls: Iterable[PlannedCall]) -> tuple[PlannedCall, ...]:
        return tuple(self._mark(call) for call in calls)

    def _mark(self, row: PlannedCall) -> PlannedCall:
        if row.problem:
            return row
        models = [row.model, *(fallback.model for fallback in row.fallbacks)]
        found = [(model, self.findings[model]) for model in models if model in self.findings]
        problems = [_sentence(model, finding) for model, finding in found if finding.is_problem]
        doubts = [_sentence(model, finding) for model, finding in found if not finding.is_problem]
        return replace(row, problem=" ".join(problems), doubt=" ".join(doubts))


def _sentence(model: str, finding: Finding) -> str:
    provider, _, slug = model.partition(":")
    if finding.is_problem and not finding.error_code:
        return f"{provider} has no model “{slug}”. Check its name in the preset."
    why = explain_call_error(finding.error_code)
    if finding.is_problem:
        return f"{provider}: {why.sentence} {why.remedy}".strip()
    if finding.error_code in ("no_model_list", "model_not_found"):
        return f"{provider} lists no models, so nobody knows whether it has “{slug}”."
    return f"Nobody knows whether {provider} has “{slug}”: {why.sentence}"
