"""What became of the fees, how they were decided, and whether whoever decides waives evenly."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Any, Final

from django.db.models import Count, F, Q, Sum

from appointments.models.objection import Objection
from appointments.reports.period import Period
from appointments.reports.scope import Scope
from appointments.reports.tables import Column, Kind, Table, share
from appointments.rules import FeeStatus
from practice.actors import ActorKind
from practice.models import User

NOTHING = "No fee was assessed in this time."
# Fewer decisions than this say nothing about a habit; a difference below so many standard errors may be chance.
ENOUGH, BEYOND_CHANCE = 10, 3

MELTED: Final = ~Q(melted_by="")
WAIVED: Final = Q(decided_at__isnull=False, amount=0, melted_by="")
REDUCED: Final = Q(decided_at__isnull=False, amount__gt=0, amount__lt=F("assessed"))
CHARGED: Final = Q(decided_at__isnull=False, amount=F("assessed"))
OPEN: Final = Q(decided_at__isnull=True, melted_by="")
NOTHING_LEFT: Final = "Came to nothing by itself"
ASKED: Final = Sum("amount", filter=~OPEN, default=Decimal(0))
DECISIONS: Final = {
    "Charged in full": CHARGED,
    "Reduced": REDUCED,
    "Waived": WAIVED,
    "Not decided yet": OPEN,
    NOTHING_LEFT: MELTED,
}


def outcomes(scope: Scope, period: Period) -> Table:
    """By status, also those that no fee has."""
    sums = (
        scope.fees(period).order_by().values_list("status").annotate(many=Count("pk"), owed=Sum("assessed"), due=ASKED)
    )
    found = {status: numbers for status, *numbers in sums}
    statuses = dict(FeeStatus.choices) | {FeeStatus.VOID.value: NOTHING_LEFT}
    rows = [(str(label), *found.get(value, (0, Decimal(0), Decimal(0)))) for value, label in statuses.items()]
    many = sum(row[1] for row in rows)
    return Table(
        title="What became of them",
        says="Assessed is what the rules allowed, asked is what somebody decided to ask of it. A fee comes to nothing "
        "by itself where its policy says so: the time was filled, or the client came to another session. "
        "Each fee counts on the day of its appointment; none counts whose cancellation was taken back.",
        columns=[
            Column("Now", Kind.WORDS),
            Column("Fees"),
            Column("Assessed", Kind.MONEY),
            Column("Asked", Kind.MONEY),
        ],
        rows=rows if many else [],
        total=["All", many, _sum(rows, 2), _sum(rows, 3)],
        charted=1,
        empty=NOTHING,
    )


def decisions(scope: Scope, period: Period) -> Table:
    facts: dict[str, Any] = {}
    for number, which in enumerate(DECISIONS.values()):
        facts |= {
            f"many_{number}": Count("pk", filter=which),
            f"assessed_{number}": Sum("assessed", filter=which, default=Decimal(0)),
            f"given_up_{number}": Sum(F("assessed") - F("amount"), filter=which & ~OPEN, default=Decimal(0)),
        }
    found = scope.fees(period).aggregate(**facts)
    numbers = [
        [found[f"{what}_{number}"] for what in ("many", "assessed", "given_up")] for number in range(len(DECISIONS))
    ]
    many = sum(row[0] for row in numbers)
    rows = [
        (words, count, share(count, many), assessed, given_up)
        for words, (count, assessed, given_up) in zip(DECISIONS, numbers, strict=True)
    ]
    return Table(
        title="How they were decided",
        says="Given up is what was assessed and not asked.",
        columns=[
            Column("Decision", Kind.WORDS),
            Column("Fees"),
            Column("Share", Kind.SHARE),
            Column("Assessed", Kind.MONEY, on_phones=False),
            Column("Given up", Kind.MONEY),
        ],
        rows=rows if many else [],
        total=["All", many, share(many, many), _sum(rows, 3), _sum(rows, 4)],
        charted=1,
        empty=NOTHING,
    )


def objections(scope: Scope, period: Period) -> Table:
    """By their answer, also those that none was given."""
    objected = scope.fees(period).filter(objection__isnull=False).order_by().values_list("objection__answer")
    given_up = Sum(F("objection__amount") - F("objection__answered_amount"), default=Decimal(0))
    found = {
        answer: numbers
        for answer, *numbers in objected.annotate(many=Count("pk"), due=Sum("objection__amount"), given_up=given_up)
    }
    answers = [("", "Not answered yet"), *Objection.Answer.choices]
    rows = [(str(words), *found.get(answer, (0, Decimal(0), Decimal(0)))) for answer, words in answers]
    many = sum(row[1] for row in rows)
    return Table(
        title="Objections",
        says="Fees that clients objected to, by the answer that they were given: amount is what was due then, "
        "given up what the answer took off.",
        columns=[
            Column("Answer", Kind.WORDS),
            Column("Fees"),
            Column("Amount", Kind.MONEY),
            Column("Given up", Kind.MONEY),
        ],
        rows=rows if many else [],
        total=["All", many, _sum(rows, 2), _sum(rows, 3)],
        charted=1,
        empty="Nobody objected to a fee of this time.",
    )


@dataclass(frozen=True)
class Decider:
    name: str
    decided: int
    waived: int
    given_up: Decimal


def deciders(scope: Scope, period: Period) -> Table:
    found = _deciders(scope, period)
    decided, waived = sum(one.decided for one in found), sum(one.waived for one in found)
    rows = [(one.name, one.decided, one.waived, share(one.waived, one.decided), one.given_up) for one in found]
    return Table(
        title="Who waives",
        says="Of the fees that somebody decided, how many each of them waived.",
        columns=[
            Column("Decided by", Kind.WORDS),
            Column("Decided"),
            Column("Waived"),
            Column("Share", Kind.SHARE),
            Column("Given up", Kind.MONEY),
        ],
        rows=rows,
        total=["All", decided, waived, share(waived, decided), sum((one.given_up for one in found), Decimal(0))],
        charted=3,
        closing=evenness(found) if found else "",
        empty="No fee was decided in this time.",
    )


def _deciders(scope: Scope, period: Period) -> list[Decider]:
    sums = (
        scope.fees(period)
        .filter(decided_at__isnull=False)
        .exclude(MELTED)
        .order_by()
        .values_list("decided_by", "decided_by_user")
    )
    counted = sums.annotate(
        decided=Count("pk"), waived=Count("pk", filter=WAIVED), given_up=Sum(F("assessed") - F("amount"))
    )
    names = _names(scope, {user for _, user, *_ in counted if user})
    many: dict[str, list[Any]] = {}
    for kind, user, *numbers in counted:
        name = names.get(user) or str(ActorKind(kind).label)
        many[name] = [a + b for a, b in zip(many.get(name, [0, 0, Decimal(0)]), numbers, strict=True)]
    return [Decider(name, *many[name]) for name in sorted(many, key=lambda name: (-many[name][0], name))]


def _names(scope: Scope, users: Iterable[int]) -> dict[int, str]:
    """The office reads who it was; a provider reads of the office as one."""
    known = User.objects.filter(pk__in=users).select_related("provider")
    names = {}
    for user in known:
        provider = user.provider_or_none
        if scope.is_office:
            names[user.pk] = provider.display_name if provider else user.email
        elif provider is not None:
            names[user.pk] = "You" if provider == scope.provider else provider.display_name
    return names


def evenness(found: Iterable[Decider]) -> str:
    """Whether they waive alike, said only as far as the numbers carry."""
    enough = [one for one in found if one.decided >= ENOUGH]
    if len(enough) < 2:
        return f"To say whether all waive alike, at least two people need {ENOUGH} decisions each."
    most, least = max(enough, key=_rate), min(enough, key=_rate)
    apart = (
        f"{most.name} waived {share(most.waived, most.decided)}%, {least.name} {share(least.waived, least.decided)}%, "
        f"of those with at least {ENOUGH} decisions"
    )
    if _rate(most) - _rate(least) <= BEYOND_CHANCE * _standard_error(most, least):
        return f"No clear difference: {apart}. Chance alone can set them that far apart."
    return f"Not even: {apart}. Chance alone would hardly set them that far apart."


def _rate(one: Decider) -> float:
    return one.waived / one.decided


def _standard_error(one: Decider, other: Decider) -> float:
    """Of the difference of two rates, were both people of one habit."""
    both = (one.waived + other.waived) / (one.decided + other.decided)
    return sqrt(both * (1 - both) * (1 / one.decided + 1 / other.decided))


def _sum(rows: Iterable[tuple[Any, ...]], column: int) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))


TABLES: Final[dict[str, Callable[[Scope, Period], Table]]] = {
    "fees-by-outcome": outcomes,
    "fees-by-decision": decisions,
    "fees-by-decider": deciders,
    "fees-by-objection": objections,
}
