"""A draft policy tried on what has happened: what it would have asked. Reads a few lists, and saves nothing.

As if it had been the policy that each client agreed to and the one in force. The practice's cap is today's; payers,
when it was told, free passes in the order of time and what came of it all count as they were.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Exists, OuterRef

from appointments import fee_rules, fee_words, policy_words, terms
from appointments.assessments import NOTHING, Assessment, Bound, Cause, FeeKind, Source
from appointments.fee_words import Story
from appointments.models import Appointment, Cancellation, GivenPass, PassUse
from appointments.reliefs import Reliefs
from appointments.rules import Status
from practice import policies
from practice.amounts import money
from practice.fee_terms import WHOLE, Terms
from practice.models import FeePolicy, Provider

DAYS: Final = 90


@dataclass(frozen=True)
class Change:
    """A fee that would have been another one."""

    appointment: Appointment
    kind: FeeKind
    then: Decimal
    now: Decimal
    why: str


@dataclass(frozen=True)
class Trial:
    """``then`` and ``now``: every fee that was assessed, and every one that would have been."""

    looked_at: int
    then: list[Decimal]
    now: list[Decimal]
    changes: list[Change]

    @property
    def total_then(self) -> Decimal:
        return sum(self.then, NOTHING)

    @property
    def total_now(self) -> Decimal:
        return sum(self.now, NOTHING)


def run(provider: Provider, *, draft: Terms, at: datetime) -> Trial:
    """On what was to start in the last 90 days. ``draft`` is settled."""
    since = at - timedelta(days=DAYS)
    policy = policies.row(draft, provider=provider, effective_at=since)
    # What came before may have used up passes of the draft's.
    missed = [*_cancellations(provider, since - timedelta(days=draft.pass_days), at), *_no_shows(provider, since, at)]
    tried = [
        (one, assessment) for one, assessment in _assessed(missed, provider, policy) if one.appointment.start >= since
    ]
    changes = [
        Change(one.appointment, one.kind, one.then, assessment.amount, _why(one.appointment, assessment))
        for one, assessment in tried
        if one.then != assessment.amount
    ]
    return Trial(
        looked_at=len(tried),
        then=[one.then for one, _ in tried if one.then > NOTHING],
        now=[assessment.amount for _, assessment in tried if assessment.amount > NOTHING],
        changes=sorted(changes, key=lambda change: change.appointment.start, reverse=True),
    )


# --- What has happened ---


@dataclass(frozen=True)
class _Missed:
    """A session that a client canceled, or to which they did not come; ``then``: what was assessed."""

    appointment: Appointment
    cancellation: Cancellation | None
    happened_at: datetime
    then: Decimal
    came_back: datetime | None

    @property
    def kind(self) -> FeeKind:
        return FeeKind.LATE_CANCELLATION if self.cancellation else FeeKind.NO_SHOW


def _cancellations(provider: Provider, begin: datetime, end: datetime) -> Iterator[_Missed]:
    theirs = Cancellation.objects.live().starting(begin, end).filter(appointment__provider=provider)
    caused = theirs.filter(reason__caused_by=Cause.CLIENT).with_what_followed()
    for one in caused.select_related("appointment__client__payer", "reason"):
        yield _Missed(one.appointment, one, one.canceled_at, one.assessed or NOTHING, one.came_back)


def _no_shows(provider: Provider, begin: datetime, end: datetime) -> Iterator[_Missed]:
    missed = provider.appointments.no_shows().starting(begin, end).with_what_followed()
    for one in missed.select_related("client__payer"):
        yield _Missed(one, None, one.start, one.assessed or NOTHING, one.came_back)


# --- What the draft would have asked ---


@dataclass
class _Passes:
    """Of one client, as the draft would have used them up."""

    given: list[datetime] = field(default_factory=list)
    used: list[datetime] = field(default_factory=list)

    def left(self, at: datetime) -> int:
        return sum(given_at <= at for given_at in self.given)

    def use(self, assessment: Assessment, at: datetime) -> None:
        step = assessment.of(Source.RELIEF)
        if step is None:
            return
        if "given" in step.facts:
            self.given.remove(min(self.given))
        else:
            self.used.append(at)


def _assessed(missed: Iterable[_Missed], provider: Provider, policy: FeePolicy) -> Iterator[tuple[_Missed, Assessment]]:
    """Each by the order in which it happened."""
    in_order = sorted(missed, key=lambda one: one.happened_at)
    passes = _given(provider, before=in_order[0].happened_at) if in_order else {}
    first = _first_starts(provider, in_order) if policy.first_session_percent < WHOLE else {}
    for one in in_order:
        client, start = one.appointment.client_id, one.appointment.start
        theirs = passes[client]
        reliefs = Reliefs(
            first_session=policy.first_session_percent < WHOLE and first.get(client, start) >= start,
            passes_used=tuple(theirs.used),
            given_passes=theirs.left(one.happened_at),
        )
        assessment = fee_rules.assess(_facts(one, provider, policy, reliefs))
        theirs.use(assessment, one.happened_at)
        yield one, assessment


def _given(provider: Provider, *, before: datetime) -> defaultdict[int, _Passes]:
    """Without those that were used up before."""
    passes: defaultdict[int, _Passes] = defaultdict(_Passes)
    gone = PassUse.objects.kept().filter(given=OuterRef("pk"), used_at__lt=before)
    given = GivenPass.objects.filter(~Exists(gone), care__provider=provider, withdrawn_at=None)
    for client, given_at in given.values_list("care__client", "given_at"):
        passes[client].given.append(given_at)
    return passes


def _first_starts(provider: Provider, missed: list[_Missed]) -> dict[int, datetime]:
    held = provider.appointments.exclude(status=Status.CANCELED)
    return held.first_starts(of={one.appointment.client_id for one in missed})


def _facts(one: _Missed, provider: Provider, policy: FeePolicy, reliefs: Reliefs) -> fee_rules.Facts:
    appointment = one.appointment
    appointment.provider, appointment.acknowledged_policy = provider, policy
    if one.cancellation is None:
        facts = terms.no_show_facts(appointment, policy=policy, reliefs=reliefs)
    else:
        facts = terms.fee_facts(
            appointment,
            reason=one.cancellation.reason,
            told_at=one.cancellation.told_at,
            policy=policy,
            reliefs=reliefs,
        )
    in_time = appointment.start + timedelta(days=policy.rebook_days)
    return replace(
        facts,
        refilled=one.cancellation is not None and one.cancellation.refilled,
        rebooked=one.came_back is not None and one.came_back <= in_time,
    )


def _why(appointment: Appointment, assessment: Assessment) -> str:
    story = fee_words.story_of(appointment, assessment, zone=appointment.provider.time_zone)
    if assessment.no_fee is not None:
        return fee_words.for_provider(story)
    return " ".join(filter(None, [_asked(story), _first_session(story), _limited(story)]))


def _asked(story: Story) -> str:
    facts = story.agreed.facts
    asked = policy_words.rate(Decimal(facts["fee"]), facts.get("percent"))
    if story.is_no_show:
        return f"{asked} for a no-show."
    return f"{asked} inside {fee_words.inside(story.agreed)}: this was {fee_words.before_start(story.notice)}."


def _first_session(story: Story) -> str:
    percent = story.agreed.facts.get("first_session")
    return f"A first session owes {percent}% of it." if percent else ""


def _limited(story: Story) -> str:
    amount = money(story.assessment.amount)
    if story.assessment.bound == Bound.PAYER:
        return f"{story.payer} allows at most {amount}."
    return f"The practice’s limit is {amount}." if story.assessment.bound == Bound.CAP else ""
