"""Opposites that reviewers of software take sides on: two sides per line, any word of one against
any word of the other. Words are lower case, in every form that should count. A line with an
exclamation mark is technical; one with an arrow opposes only where its object is the same.
"""

_PAIRS = """
split separate | keep together merge
! exactly-once | at-least-once at-most-once
! synchronous synchronously sync blocking | asynchronous asynchronously async non-blocking
now immediately | later postpone postponed defer deferred delay delayed wait
sufficient adequate | insufficient inadequate
safe | unsafe dangerous risky
> increase increases increased raise raises | decrease decreases reduce reduces reduced lower
> improve improves improved | worsen worsens degrade degrades
faster | slower
cheap cheaper | expensive
simple simpler | complex complicated
> high higher | low lower
! sql relational | nosql
! stateless | stateful
! centralised centralized central | distributed decentralised decentralized
! monolith monolithic | microservice microservices
! push | pull
! strong strongly | eventual eventually
! optimistic | pessimistic
build | buy
! manual manually | automatic automatically automated
allow allows permit permits | forbid forbids deny denies prohibit
enable enabled | disable disabled
required mandatory | optional
possible feasible | impossible infeasible
ready | premature unready
support favour favor | oppose
accept approve | reject
! horizontal horizontally | vertical vertically
! managed | self-hosted
! rewrite | refactor
! big-bang | incremental incrementally gradual gradually phased
! batch | streaming real-time realtime
! normalise normalize normalised | denormalise denormalize denormalised
! monorepo | polyrepo
! encrypted | unencrypted plaintext
public | private
trusted | untrusted
! backward-compatible compatible | breaking incompatible
proven mature | experimental unproven
""".strip()

PHRASES = {
    "exactly once": "exactly-once",
    "at least once": "at-least-once",
    "at most once": "at-most-once",
    "big bang": "big-bang",
    "real time": "real-time",
    "non blocking": "non-blocking",
}

#: Word → (line, side): two words of one line on different sides are opposites.
SIDES: dict[str, list[tuple[int, int]]] = {}
#: Lines whose words are rare enough to mean the same point wherever they stand.
TECHNICAL: set[int] = set()
#: Lines that say what happens to something: more of one thing does not oppose less of another.
DIRECTIONS: set[int] = set()
for _line, _sides in enumerate(_PAIRS.splitlines()):
    if _sides.startswith("!"):
        TECHNICAL.add(_line)
    if _sides.startswith(">"):
        DIRECTIONS.add(_line)
    for _side, _words in enumerate(_sides.lstrip("!> ").split("|")):
        for _word in _words.split():
            SIDES.setdefault(_word, []).append((_line, 1 if _side == 0 else -1))

#: Also nouns: "the split" names a thing and takes no side.
_NOUNS = "split delay build support increase decrease push pull wait batch public"
NOUNS = frozenset(_NOUNS.split())
