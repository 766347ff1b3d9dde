"""Reads ``golden_fees.csv``: cases that the office wrote down by hand, each with what is owed and because of what.

Whatever a cell says is understood whole or refused: a typing error is a failing test, not a case that says less.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from appointments.assessments import NOTHING, Bound, Cause, FeeKind, NoFee
from appointments.fee_rules import Facts
from practice.fee_terms import Terms, Tier
from practice.zones import abbreviation

TABLE = Path(__file__).with_name("golden_fees.csv")
ZONES = {
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "MST": "America/Phoenix",
}
WHAT_HAPPENED = {
    "client canceled": Cause.CLIENT,
    "client canceled for a reason without a fee": Cause.CLIENT,
    "client did not come": Cause.CLIENT,
    "provider canceled": Cause.PROVIDER,
    "nobody caused it": Cause.NEITHER,
}
BECAUSE: dict[str, Bound | NoFee] = {
    "as agreed": Bound.AGREED,
    "lower that day": Bound.IN_FORCE,
    "the practice's limit": Bound.CAP,
    "the payer's limit": Bound.PAYER,
    "the provider's side": NoFee.PROVIDER_CAUSED,
    "nobody caused it": NoFee.NOBODY_CAUSED,
    "a reason without a fee": NoFee.REASON,
    "on time": NoFee.ON_TIME,
    "never agreed": NoFee.NEVER_AGREED,
    "the payer forbids it": NoFee.PAYER_FORBIDS,
    "set to zero": NoFee.SET_TO_ZERO,
    "first session": NoFee.FIRST_SESSION,
    "free pass": NoFee.COVERED,
    "filled": NoFee.FILLED,
    "booked again": NoFee.REBOOKED,
}
WHEN = re.compile(r"(\w{3} \w{3} \d{1,2} \d{4}) (\d{1,2}:\d\d)(:\d\d)? ([AP]M) (\w{3})")
ASKED = r"(?:\$(?P<fee>[\d.]+)|(?P<percent>\d+)% of \$(?P<price>[\d.]+))"


@dataclass(frozen=True)
class Golden:
    name: str
    facts: Facts
    zone: str
    fee: Decimal
    because: Bound | NoFee


def cases() -> list[Golden]:
    with TABLE.open(newline="") as table:
        return [_case(row) for row in csv.DictReader(table)]


def _case(row: dict[str, str]) -> Golden:
    start, zone = instant(row["starts"])
    agreed = None if row["policy agreed"] == "none" else policy(row["policy agreed"], zone=zone)
    that_day = agreed if row["policy of that day"] == "same" else policy(row["policy of that day"], zone=zone)
    assert that_day is not None
    is_no_show = row["what happened"] == "client did not come"
    assert is_no_show != bool(row["told"]), "Who does not come tells nobody."
    also = list(filter(None, row["what else"].split("; ")))
    facts = Facts(
        cause=WHAT_HAPPENED[row["what happened"]],
        reason_may_owe=not row["what happened"].endswith("without a fee"),
        told_at=start if is_no_show else instant(row["told"])[0],
        start=start,
        booked_at=instant(row["booked"])[0],
        agreed=agreed,
        in_force=that_day,
        cap=_dollars(row["practice limit"]),
        payer_limit=_payer(row["payer"]),
        kind=FeeKind.NO_SHOW if is_no_show else FeeKind.LATE_CANCELLATION,
        first_session=_took(also, "first session"),
        given_passes=int(_took(also, "1 pass given")),
        refilled=_took(also, "filled since"),
        rebooked=_took(also, "booked again and came"),
        passes_used=tuple(_passes_used(also)),
    )
    assert not also, f"Not understood: {also}"
    return Golden(row["case"], facts, zone, _dollars(row["fee"]), BECAUSE[row["because"]])


def instant(words: str) -> tuple[datetime, str]:
    """``Tue Mar 3 2026 2:00 PM EST`` in UTC, and the zone; the weekday and the zone's letters must be that day's."""
    said = WHEN.fullmatch(words)
    assert said, words
    day, clock, seconds, half, letters = said.groups()
    wall = datetime.combine(_day(day), datetime.strptime(f"{clock} {half}", "%I:%M %p").time())  # noqa: DTZ007
    wall = wall.replace(second=int(seconds[1:]) if seconds else 0)
    at = wall.replace(tzinfo=ZoneInfo(ZONES[letters])).astimezone(UTC)
    assert abbreviation(at, ZONES[letters]) == letters, f"{words}: clocks say {abbreviation(at, ZONES[letters])}."
    return at, ZONES[letters]


def _day(words: str) -> date:
    day = datetime.strptime(words, "%a %b %d %Y").date()  # noqa: DTZ007
    assert f"{day:%a}" == words[:3], f"{words} is a {day:%A}."
    return day


def policy(words: str, *, zone: str) -> Terms:
    """``24 hours $40; last 4 hours $80; no-show $100; first session 50%``; where none is said, a no-show costs $40."""
    first, *rest = words.split("; ")
    said = _match(rf"(?P<count>\d+) (?P<unit>hours|business days?) {ASKED}", first)
    by_days = said["unit"] != "hours"
    known: dict[str, object] = {
        "notice_hours": 24 if by_days else int(said["count"]),
        "notice_business_days": int(said["count"]) if by_days else 0,
        "zone": zone if by_days else "UTC",
        "grace_minutes": 15,
        "late_fee": _asked(said),
        "late_percent": _percent(said),
        "no_show_fee": _asked(said),
        "no_show_percent": _percent(said),
        "session_price": Decimal(said["price"]) if said["price"] else None,
        "tiers": (),
        "holidays": frozenset(),
    }
    for each in rest:
        known |= _more(each, known)
    return Terms(**known).priced()  # type: ignore[arg-type]


def _more(words: str, known: dict[str, object]) -> dict[str, object]:
    """What one more part of a policy says."""
    if words.startswith("last "):
        said = _match(rf"last (?P<hours>\d+) hours {ASKED}", words)
        return {"tiers": (*known["tiers"], Tier(int(said["hours"]), _asked(said), _percent(said)))}  # type: ignore[misc]
    if words.startswith("closed "):
        return {"holidays": known["holidays"] | {_day(words.removeprefix("closed "))}}  # type: ignore[operator]
    if words.startswith("no-show "):
        said = _match(rf"no-show {ASKED}", words)
        price = Decimal(said["price"]) if said["price"] else known["session_price"]
        return {"no_show_fee": _asked(said), "no_show_percent": _percent(said), "session_price": price}
    if "free pass" in words:
        said = _match(r"(?P<passes>\d+) free pass(?:es)? in (?P<days>\d+) days", words)
        return {"free_passes": int(said["passes"]), "pass_days": int(said["days"])}
    if words.startswith("first session "):
        said = _match(r"first session (?:free|(?P<percent>\d+)%)", words)
        return {"first_session_percent": int(said["percent"] or 0)}
    if words.startswith("free if booked again"):
        return {"rebook_days": int(_match(r"free if booked again within (?P<days>\d+) days", words)["days"])}
    if words == "free if filled":
        return {"free_if_filled": True}
    said = _match(r"(?P<minutes>\d+) minutes after booking free", words)
    return {"booking_grace_minutes": int(said["minutes"])}


def _match(pattern: str, words: str) -> re.Match[str]:
    said = re.fullmatch(pattern, words)
    assert said, f"Not understood: {words}"
    return said


def _asked(said: re.Match[str]) -> Decimal:
    return Decimal(said["fee"] or 0)


def _percent(said: re.Match[str]) -> int | None:
    return int(said["percent"]) if said["percent"] else None


def _dollars(words: str) -> Decimal:
    assert words.startswith("$")
    return Decimal(words[1:])


def _payer(words: str) -> Decimal | None:
    plain = {"self-pay": None, "allows": None, "forbids": NOTHING}
    return plain[words] if words in plain else _dollars(words.removeprefix("at most "))


def _took(also: list[str], words: str) -> bool:
    """Whether it is said; taken off the list, so that what is not understood is left."""
    if words not in also:
        return False
    also.remove(words)
    return True


def _passes_used(also: list[str]) -> Iterator[datetime]:
    for words in [each for each in also if each.startswith("pass used ")]:
        also.remove(words)
        yield instant(words.removeprefix("pass used "))[0]
