"""The presets that every installation begins with. Pure values; their rows are made from them."""

from dataclasses import dataclass

from panels.panel import BEST_MODEL, Judge, Panel, Seat, Writer


@dataclass(frozen=True, kw_only=True)
class BuiltinPreset:
    """`key` never changes: it is how a row is known to come from here."""

    key: str
    name: str
    description: str
    panel: Panel


_SRE = """\
Attack this from the on-call side. Walk through the worst night after the change: what breaks \
first, who notices, how long it lasts and how it is undone. Look for missing rollback steps, \
alerts, capacity limits, timeouts and owners, and for steps that can't be stopped half-way."""

_DATA_ENGINEER = """\
Attack this from the data side. Follow every record through the change: where it is written, \
copied, read, retried and deleted, and which copy is right when two disagree. Look for dual \
writes, lost or doubled events, ordering, backfills, schema changes, retention and personal data."""

_SCEPTIC = """\
Attack the premise. Ask which problem this solves, what the numbers really show, and what the \
cheapest change is that would solve most of it. Name hidden costs, assumptions nobody tested, and \
the point at which the plan should be stopped. Say so plainly where the plan is right."""

_ATTACKER = """\
Attack this as an intruder would. Begin with what is reachable from outside and go step by step \
towards money, personal data and administrator rights. For each weakness say how it is used, what \
it yields and the smallest change that closes it."""

_IDENTITY = """\
Attack identity and access. Check how people, services and jobs prove who they are, which rights \
they hold, and how secrets are stored, rotated and revoked. Look for missing checks between \
tenants, rights that are too wide, and tokens that live too long."""

_DEFENDER = """\
Attack detection and recovery. Assume that a breach has happened: what is logged, who is alerted, \
how it is contained, and how clean state is restored. Look at backups, audit trails, dependencies, \
personal data under the law, and the duty to tell customers."""

_ARCHITECTURE_RUBRIC = (
    "Does it say how to roll back?",
    "Is there a step-by-step migration plan for the data?",
    "Who owns data retention and compliance?",
    "Who is on call for the new service?",
    "What happens when a dependency fails or times out?",
    "Are writes idempotent, so that retries and duplicates are safe?",
    "Which metrics and alerts show that it works?",
    "What does it cost, in money and in engineering time?",
    "Is security considered: authentication, secrets, personal data?",
    "Is there a simpler alternative, and why was it rejected?",
)

_SECURITY_RUBRIC = (
    "Who can reach it from outside, and how are they authenticated?",
    "Is every access checked for permission, also between tenants?",
    "How are secrets and keys stored, rotated and revoked?",
    "Is untrusted input validated: injection, uploads, redirects?",
    "Is personal data encrypted, minimised and deleted on time?",
    "What is logged, and who is alerted of an attack?",
    "How are dependencies kept up to date and verified?",
    "Are there limits against abuse: rate limits, quotas, lockout?",
    "How is a breach contained, and are backups tested?",
)

_GENERAL_RUBRIC = (
    "Does it answer the question that was asked?",
    "Does it state which assumptions it makes?",
    "Are numbers and facts backed by the document?",
    "Does it name the risks and what could go wrong?",
    "Does it compare at least one alternative?",
    "Does it say what the next steps are, and who takes them?",
    "Does it say what is unknown or missing?",
    "Does it say how to undo the decision?",
)


def _seat(letter: str, name: str = "", persona: str = "") -> Seat:
    return Seat(letter=letter, model=BEST_MODEL, persona_name=name, persona=persona)


def _panel(seats: tuple[Seat, ...], rubric: tuple[str, ...]) -> Panel:
    return Panel(
        seats=seats,
        judge=Judge(model=BEST_MODEL, rubric=rubric),
        writer=Writer(model=BEST_MODEL),
    )


BUILTIN_PRESETS: tuple[BuiltinPreset, ...] = (
    BuiltinPreset(
        key="architecture-review",
        name="Architecture review",
        description="Three angles on a design or a migration: operations, data, and the premise.",
        panel=_panel(
            (
                _seat("A", "SRE on call", _SRE),
                _seat("B", "Data engineer", _DATA_ENGINEER),
                _seat("C", "Sceptic", _SCEPTIC),
            ),
            _ARCHITECTURE_RUBRIC,
        ),
    ),
    BuiltinPreset(
        key="security-review",
        name="Security review",
        description="Three angles on a design or a patch: intrusion, access, and recovery.",
        panel=_panel(
            (
                _seat("A", "Intruder", _ATTACKER),
                _seat("B", "Identity and access", _IDENTITY),
                _seat("C", "Incident responder", _DEFENDER),
            ),
            _SECURITY_RUBRIC,
        ),
    ),
    BuiltinPreset(
        key="self-fusion-3",
        name="Self-fusion ×3",
        description="One model, three samples, no personas: where it disagrees with itself.",
        panel=_panel((_seat("A"), _seat("B"), _seat("C")), _GENERAL_RUBRIC),
    ),
)
