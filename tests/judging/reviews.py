"""Three reviews of one architecture proposal, as three able reviewers would write them."""

QUESTION = (
    "Should we split checkout out of the monolith into its own service before the November peak, "
    "and is the proposed design ready?"
)

RUBRIC = (
    "Does the answer say how to roll back?",
    "Does the answer name who owns the data after the split?",
    "Does the answer cover security of payment data and PCI compliance?",
    "Does the answer estimate what the change costs to run?",
    "Does the answer say what to monitor and alert on?",
    "Is there a load test with a target?",
    "Does it deal with duplicate or lost messages?",
    "Does the plan treat accessibility of the checkout page?",
)

SRE = """\
## Verdict

Do not split checkout before the November peak. The proposal is sound in its direction, but \
the operational groundwork is missing, and a new network hop on the busiest path of the year \
is a risk that we do not need to take.

## What worries me

- **Delivery guarantees.** The design assumes exactly-once delivery between checkout and \
inventory. The queue that we run gives at-least-once delivery, so consumers must be idempotent \
and every message needs a deduplication key.
- **Timeouts.** The proposal sets a timeout of 30 seconds on the payment call. At peak that \
will exhaust the worker pool within a minute; I would use 2 seconds and a circuit breaker.
- **Shared database.** Two services writing to the same orders table is the worst of both \
worlds. A schema migration in one will break the other at night, and I will be the one who is \
paged.
- **Alerting.** Nothing is said about dashboards or alerts. Before the first request we need \
alerts on checkout success rate, queue depth and the age of the oldest message.

## What I would do

1. Keep checkout inside the monolith until January, but draw the module boundary now.
2. Run a load test at three times last year's peak, 4,500 orders per minute, against the \
module.
3. Put the new code path behind a feature flag, so that a rollback takes one minute and needs \
no deployment.
4. Rehearse the rollback in a game day with the people who will be on call.

The rollback plan in the proposal needs a database restore. That takes four hours with our \
data, and it would lose every order placed in between. A rollback that loses orders is not a \
rollback.

On staffing: the checkout team has four people and one of them is on leave until December. \
Running a second service around the clock needs an on-call rotation of at least six. I do not \
see where they would come from.

If the business insists on the split, send 1 % of the traffic first and raise it only when the \
error budget allows it.
"""

DATA_ENGINEER = """\
# Review of the checkout split

I support the split, and I would split checkout before the peak rather than after it: the \
monolith's orders table already sees lock waits of 800 ms at noon, and November will be worse.

## Data ownership

The open question is who owns the orders table. The proposal lets both services write to the \
same orders table, which means that nobody owns it. Checkout should own orders and publish \
changes; everyone else reads a replica or subscribes to events.

Use the outbox pattern: write the order and the event in one transaction, and let a relay \
publish it. With the outbox we get exactly-once delivery from checkout to inventory, which the \
analytics team has wanted for years.

## Migration

- Backfill the historical orders in batches of 10,000 rows, at night, with a checksum per \
batch.
- Dual-write for two weeks and compare both sides every hour; cut over when the difference has \
been zero for three days.
- Keep the old table readable for 90 days, so that finance can reconcile.
- The rollback plan is a database restore today, and that would lose the orders placed since \
the backup. Keep the reverse replication running so that we can go back without losing orders.

## Schema

`orders.total` is a float. Change it to an integer number of cents before the migration, or \
the rounding errors will be copied into the new service forever. Also, the `status` column \
holds 14 values of which five are never written.

## Consistency

Inventory should be reserved synchronously during checkout. An asynchronous reservation lets \
two customers buy the last item, and the refund costs us more than the extra 50 ms.

Retention is not decided. Customer addresses in the event stream have to be deleted on \
request, and an immutable log makes that hard; encrypt them with a key per customer and throw \
the key away.

## Load

Nobody has measured the new database. I would run a load test at twice last year's peak with a \
copy of production data before any traffic is moved.
"""

SCEPTIC = """\
My answer is no, and my main objection is that the problem is not the one that the proposal \
solves.

The stated reason for the split is deployment speed: checkout waits for the monolith's weekly \
release. But 70 % of the delays in the appendix come from the manual QA step, and a new \
service would go through the same QA step. Splitting checkout will not make releases faster. \
Fix the release process first; it is cheaper and it helps all eleven teams.

Second, the proposal counts the benefits and leaves out the costs. A second service means its \
own pipeline, its own database, its own on-call rotation. I estimate two engineers for a year, \
about 300,000 dollars, and the proposal's budget line says zero.

Third, the timing. Nobody should split checkout before the November peak, when the code freeze \
starts on 1 November and the first milestone is planned for 15 October. Two weeks of margin \
for a project that has slipped twice is no margin.

Fourth, the delivery guarantee is wishful. Exactly-once delivery does not exist across a \
network; design for at-least-once and make the consumers idempotent.

Fifth, inventory should be reserved asynchronously. A synchronous call makes checkout as \
fragile as the inventory service, which was down for 40 minutes in March.

What would change my mind:

* a measurement that shows the monolith's database, and not its code, as the bottleneck;
* a rollback that does not need a database restore;
* a named owner for the orders table, since two services writing to the same orders table will \
corrupt it sooner or later;
* a load test at peak volume, with a number that has to be reached.

A cheaper alternative exists. Extract checkout as a module with its own interface inside the \
monolith, and give it its own deployment slot. That brings most of the benefit in six weeks, \
and it can be undone in an afternoon.

Finally, ask what happens if we do nothing. Last year's peak was served with an error rate of \
0.2 % on the present system.
"""

REVIEWS = {"A": SRE, "B": DATA_ENGINEER, "C": SCEPTIC}
