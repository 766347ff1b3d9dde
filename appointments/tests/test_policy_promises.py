"""What a client reads of a policy and what a fee comes to agree: the two sentences are read back and held to it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments import fee_rules, policy_words
from appointments.assessments import NOTHING, FeeKind
from appointments.tests.test_fee_rules import BOOKED_AT, START, limits, policies
from appointments.tests.test_fee_rules import late as facts
from practice.fee_terms import Terms
from practice.zones import instant_of, plain

ZONE = "America/New_York"
MONEY = r"\$([\d,]+\.\d\d)"
A_MOMENT = timedelta(microseconds=1)


@st.composite
def agreed_and_told(draw: st.DrawFn) -> tuple[Terms, datetime]:
    """A policy, and an instant at or just beside one of its edges, or anywhere."""
    policy = draw(policies())
    nearer = [START - timedelta(hours=tier.hours) for tier in policy.tiers]
    edges = [policy.notice.deadline(START), *nearer, *nearer, START]
    anywhere = st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda ahead: START - ahead)
    told_at = draw(st.sampled_from(edges) | st.sampled_from(edges) | anywhere) + draw(
        st.sampled_from([-A_MOMENT, timedelta(0), A_MOMENT])
    )
    return policy, min(told_at, START)


@dataclass(frozen=True)
class Promise:
    """What the sentences say, by nothing but their words. ``free_until`` None: not after the grace, if any."""

    free_until: datetime | None
    grace: timedelta
    late: Decimal
    nearer: tuple[tuple[timedelta, Decimal], ...]
    no_show: Decimal
    first_session: Decimal
    passes: int
    pass_days: int
    free_if_filled: bool
    rebook_days: int

    def late_fee(self, told_at: datetime, *, booked_at: datetime) -> Decimal:
        if self.free_until is not None and told_at <= self.free_until:
            return NOTHING
        if self.grace and told_at <= booked_at + self.grace:
            return NOTHING
        left = START - told_at
        return max([self.late, *(fee for hours, fee in self.nearer if left < hours)])


def read(words: str, *, deadline: datetime | None) -> Promise:
    """Every word must be understood: what the pattern leaves over is a failure."""
    left = plain(words)

    def take(pattern: str) -> re.Match[str] | None:
        nonlocal left
        found = re.search(pattern, left)
        left = left.replace(found[0], "", 1) if found else left
        return found

    free_until = None
    if found := take(r"You can cancel free of charge until (\w+, \w+ \d+, \d+:\d\d [AP]M) E[SD]T, [\w ]+ ahead\. "):
        wall = datetime.strptime(f"{found[1]} {START.year}", "%a, %b %d, %I:%M %p %Y")  # noqa: DTZ007
        free_until = instant_of(wall, ZONE)
        assert free_until == deadline
    grace = take(
        r"This is less than [\w ]+ ahead, so it can be canceled online, and free of charge, "
        r"only within (\d+) minutes? of booking\. "
    )
    take(r"This is less than [\w ]+ ahead, so it can’t be canceled online\. ")
    rest = _reliefs(take)
    late, nearer, no_show = _fees(take)
    assert re.sub(r"[;,. ]|\bor\b|\band\b|\bnone\b", "", left) == "", f"Not understood: {left!r} of {words!r}"
    return Promise(
        free_until=free_until,
        grace=timedelta(minutes=int(grace[1])) if grace else timedelta(0),
        late=late,
        nearer=nearer,
        no_show=no_show,
        **rest,  # type: ignore[arg-type]
    )


Take = Callable[[str], re.Match[str] | None]


def _reliefs(take: Take) -> dict[str, object]:
    part = take(r"for a first session, (\d+)% of that")
    none = take(r"for a first session")
    passes = take(r"for the first (?:(\d+) late cancellations|late cancellation) in any (\d+) days")
    filled = take(r"if you cancel and someone else takes the time")
    rebook = take(r"if you book again and come within (\d+) days?")
    return {
        "first_session": Decimal(0) if none else Decimal(part[1]) / 100 if part else Decimal(1),
        "passes": int(passes[1] or 1) if passes else 0,
        "pass_days": int(passes[2]) if passes else 0,
        "free_if_filled": filled is not None,
        "rebook_days": int(rebook[1]) if rebook else 0,
    }


def _fees(take: Take) -> tuple[Decimal, tuple[tuple[timedelta, Decimal], ...], Decimal]:
    if take(r"Later than that, no fee applies either\.|If you cancel or do not come, no fee applies\."):
        return NOTHING, (), NOTHING
    may = rf"(?:no fee applies|a fee of up to {MONEY} may apply)"
    if found := take(rf"(?:Later than that, or if you do not come|If you cancel or do not come), {may}"):
        return _amount(found[1]), (), _amount(found[1])
    came = take(rf"; if you do not come, {may}")
    assert came
    late, last = r"(?:Later than that|If you cancel), ", r"in the last (?:(\d+) hours|hour)"
    nearer_only = take(rf"{late}a fee of up to {MONEY} may apply {last}")
    steps = [nearer_only] if nearer_only else []
    while found := take(rf"up to {MONEY} {last}"):
        steps.append(found)
    nearer = tuple((timedelta(hours=int(step[2] or 1)), _amount(step[1])) for step in steps)
    if nearer_only:
        return NOTHING, nearer, _amount(came[1])
    first = take(f"{late}{may}")
    assert first
    return _amount(first[1]), nearer, _amount(came[1])


def _amount(words: str | None) -> Decimal:
    return Decimal(words.replace(",", "")) if words else NOTHING


def as_read(policy: Terms, *, booked_at: datetime, payer_limit: Decimal | None) -> str:
    """By who books then: before the deadline, or so late that it has passed."""
    if booked_at <= policy.notice.deadline(START):
        return policy_words.sentences(policy, start=START, zone=ZONE, payer_limit=payer_limit)
    return policy_words.inside_notice(policy, payer_limit=payer_limit)


booked_ats = st.just(BOOKED_AT) | st.timedeltas(timedelta(minutes=1), timedelta(days=2)).map(lambda ago: START - ago)


@settings(max_examples=400)
@given(agreed_and_told(), booked_ats, limits)
def test_what_is_charged_is_exactly_what_the_sentences_name(
    told: tuple[Terms, datetime], booked_at: datetime, limit: Decimal | None
) -> None:
    policy, told_at = told
    promise = read(as_read(policy, booked_at=booked_at, payer_limit=limit), deadline=policy.notice.deadline(START))
    told_at = max(told_at, booked_at)
    plain_policy = replace(policy, free_passes=0, pass_days=0)
    f = facts(
        agreed=plain_policy, in_force=plain_policy, told_at=told_at, booked_at=booked_at, payer_limit=limit,
        cap=Decimal(300),
    )  # fmt: skip
    assert fee_rules.assess(f).amount == promise.late_fee(told_at, booked_at=booked_at)
    assert fee_rules.assess(replace(f, kind=FeeKind.NO_SHOW)).amount == promise.no_show


@given(agreed_and_told(), policies(), booked_ats, limits, st.integers(0, 30000), st.sampled_from(FeeKind))
def test_whatever_has_changed_since_no_more_is_charged_than_the_sentences_name(
    told: tuple[Terms, datetime], since: Terms, booked_at: datetime, limit: Decimal | None, cap: int, kind: FeeKind
) -> None:
    agreed, told_at = told
    promise = read(as_read(agreed, booked_at=booked_at, payer_limit=limit), deadline=agreed.notice.deadline(START))
    told_at = START if kind == FeeKind.NO_SHOW else max(told_at, booked_at)
    f = facts(
        agreed=agreed, in_force=since, told_at=told_at, booked_at=booked_at, payer_limit=limit,
        cap=Decimal(cap) / 100, kind=kind,
    )  # fmt: skip
    named = promise.no_show if kind == FeeKind.NO_SHOW else promise.late_fee(told_at, booked_at=booked_at)
    assert fee_rules.assess(f).amount <= named


@given(agreed_and_told(), policies(), st.integers(0, 3), st.sampled_from(FeeKind), *[st.booleans()] * 3)
def test_each_relief_that_the_sentences_name_is_given(
    told: tuple[Terms, datetime], since: Terms, used: int, kind: FeeKind, first: bool, filled: bool, rebooked: bool
) -> None:
    agreed, told_at = told
    promise = read(as_read(agreed, booked_at=BOOKED_AT, payer_limit=None), deadline=agreed.notice.deadline(START))
    f = facts(
        agreed=agreed, in_force=since, told_at=told_at, cap=Decimal(300), first_session=first, refilled=filled,
        rebooked=rebooked, passes_used=(BOOKED_AT,) * used, kind=kind,
    )  # fmt: skip
    owed = fee_rules.assess(f).amount
    canceled = kind == FeeKind.LATE_CANCELLATION
    named = promise.late_fee(told_at, booked_at=BOOKED_AT) if canceled else promise.no_show
    assert owed <= named * (promise.first_session if first else 1) + Decimal("0.005")  # half a cent that is rounded
    if rebooked and promise.rebook_days:
        assert owed == 0
    if canceled and (used < promise.passes or (filled and promise.free_if_filled)):
        assert owed == 0


@given(policies())
def test_the_sentences_name_all_that_the_policy_gives_unless_it_asks_nothing(policy: Terms) -> None:
    promise = read(as_read(policy, booked_at=BOOKED_AT, payer_limit=None), deadline=policy.notice.deadline(START))
    if promise.late or promise.nearer or promise.no_show:
        assert (promise.passes, promise.pass_days, promise.free_if_filled, promise.rebook_days) == (
            policy.free_passes, policy.pass_days, policy.free_if_filled, policy.rebook_days,
        )  # fmt: skip
        assert promise.first_session * 100 == policy.first_session_percent


@pytest.mark.parametrize("language", ["en", "es"])
@given(policy=policies(), limit=limits)
def test_they_are_two_sentences_always(language: str, policy: Terms, limit: Decimal | None) -> None:
    with translation.override(language):
        every = [
            policy_words.sentences(policy, start=START, zone=ZONE, payer_limit=limit),
            policy_words.sentences(policy, start=None, zone=ZONE, payer_limit=limit),
            policy_words.inside_notice(policy, payer_limit=limit),
        ]
    for words in every:
        # Within a time of day or an amount no space follows that breaks a line.
        assert len(re.findall(r"[.?!](?= [A-ZÁÉÍÓÚ¿¡]|$)", words)) == 2, words
        assert re.findall(r"[.?!] ?[a-z]|  | [,;.]|,,|;;|\.\.", words.replace("a.m.", "").replace("p.m.", "")) == []
