"""Why a fee is what it is, in one or two sentences, for the provider and for the client.

Generated from facts, those of an assessment being made or those kept with a fee, so that page,
mail and admin can't differ.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments import policy_words, terms
from appointments.fee_rules import Assessment, Bound, NoFee
from appointments.models import Appointment, Cancellation, Fee
from appointments.rules import FeeStatus
from clients.models import Payer
from practice.actors import ActorKind
from practice.amounts import money
from practice.models import FeePolicy
from practice.zones import date_with_year, length


@dataclass(frozen=True)
class Story:
    """Everything the sentences need.

    ``notice`` is what was given, ``asked`` what the agreed policy asks, ``counted`` what is asked of it
    by now: the shorter of that and today's.
    """

    client: str
    provider: str
    payer: str
    notice: timedelta
    asked: timedelta
    counted: timedelta
    agreed_on: str
    amount: Decimal
    agreed: Decimal
    in_force: Decimal
    payer_limit: Decimal | None
    bound: Bound | None
    no_fee: NoFee | None = None


def story_of(
    appointment: Appointment, assessment: Assessment, *, told_at: datetime, policy: FeePolicy, zone: str
) -> Story:
    """Of an assessment being made; ``policy`` is the one in force, ``zone`` the reader's."""
    agreed, agreed_at = appointment.acknowledged_policy, appointment.acknowledged_at
    return Story(
        client=appointment.client.called,
        provider=appointment.provider.first_name,
        payer=appointment.client.payer.name if appointment.client.payer else "",
        notice=appointment.start - told_at,
        asked=(agreed or policy).notice,
        counted=terms.notice_asked(appointment, policy=policy),
        agreed_on=date_with_year(agreed_at, zone) if agreed_at else "",
        amount=assessment.amount,
        agreed=agreed.late_fee if agreed else Decimal(0),
        in_force=policy.late_fee,
        payer_limit=terms.payer_limit(appointment.client.payer),
        bound=assessment.bound,
        no_fee=assessment.no_fee,
    )


def story_of_fee(fee: Fee, *, zone: str) -> Story:
    """Of a fee that is kept: by its own facts, whatever policy and cap say today."""
    appointment, cancellation = fee.appointment, fee.cancellation
    payer = appointment.client.payer
    limits = {Bound.AGREED: fee.agreed, Bound.IN_FORCE: fee.in_force, Bound.CAP: fee.cap}
    if fee.payer_limit is not None:
        limits[Bound.PAYER] = fee.payer_limit
    return Story(
        client=appointment.client.called,
        provider=appointment.provider.first_name,
        # Who pays today need not be who paid then.
        payer=payer.name if payer and terms.payer_limit(payer) == fee.payer_limit else "The payer",
        notice=cancellation.notice if cancellation else timedelta(0),
        asked=fee.policy.notice,
        counted=fee.policy.notice,
        agreed_on=date_with_year(appointment.acknowledged_at, zone) if appointment.acknowledged_at else "",
        amount=fee.assessed,
        agreed=fee.agreed,
        in_force=fee.in_force,
        payer_limit=fee.payer_limit,
        bound=min(limits, key=lambda name: limits[name]),
    )


def for_provider(story: Story) -> str:
    """Why this amount, or the one line that says why there is none."""
    if story.no_fee is not None:
        return _no_fee_for_provider(story)
    because = (
        f"Because this is {before_start(story.notice)}, and {story.client} agreed on {story.agreed_on} "
        f"to {money(story.agreed)} inside {policy_words.hours(story.asked)}."
    )
    return f"{because} {_bound(story, reader=ActorKind.PROVIDER)}".strip()


def for_client(story: Story) -> str:
    if story.no_fee is not None:
        return _("No late fee applies.")
    because = _("It was canceled %(before_start)s, and you agreed on %(agreed_on)s to %(fee)s inside %(hours)s.") % {
        "before_start": before_start(story.notice),
        "agreed_on": story.agreed_on,
        "fee": money(story.agreed),
        "hours": policy_words.hours(story.asked),
    }
    return f"{because} {_bound(story, reader=ActorKind.CLIENT)}".strip()


def decided(fee: Fee, *, reader: ActorKind) -> str:
    """What was decided about it, or that nothing is yet; without the full stop, for a heading."""
    facts = {"fee": money(fee.amount), "assessed": money(fee.assessed)}
    if fee.status == FeeStatus.TO_DECIDE:
        if reader == ActorKind.CLIENT:
            return _("A late fee of up to %(assessed)s may apply") % facts
        return f"A late fee of {facts['assessed']} waits for your decision"
    if fee.status == FeeStatus.DISPUTED:
        if reader == ActorKind.CLIENT:
            return _("You objected to the late fee of %(fee)s") % facts
        return f"{fee.appointment.client.called} objected to the late fee of {facts['fee']}"
    if fee.status == FeeStatus.WAIVED:
        return _("The late fee of %(assessed)s is waived") % facts
    if fee.status == FeeStatus.PAID:
        if fee.is_reduced:
            return _("The late fee of %(fee)s, reduced from %(assessed)s, is paid") % facts
        return _("The late fee of %(fee)s is paid") % facts
    if fee.is_reduced:
        return _("The late fee is %(fee)s, reduced from %(assessed)s") % facts
    return _("The late fee is %(fee)s") % facts


def what_changed(story: Story, *, shown: Decimal) -> str:
    """One sentence for a form that showed another amount than is owed now."""
    if story.amount == 0:
        return f"The late fee of {money(shown)} no longer applies. {for_provider(story)}"
    if shown == 0:
        return f"A late fee of {money(story.amount)} applies: decide it below."
    return f"The late fee is {money(story.amount)} now, not {money(shown)}."


def fee_to_come(appointment: Appointment, assessment: Assessment, *, policy: FeePolicy) -> str:
    """What may follow once the deadline has passed, told to the client."""
    provider = appointment.provider.first_name
    if assessment.no_fee is not None:
        return none_can_follow(appointment, assessment.no_fee, reader=ActorKind.CLIENT)
    agreed_at = appointment.acknowledged_at
    assert agreed_at is not None
    return _(
        "If %(provider)s cancels it for you, a fee of up to %(fee)s may apply, as you agreed on %(agreed_on)s. "
        "%(provider)s can reduce or waive it."
    ) % {
        "provider": provider,
        "fee": money(assessment.amount),
        "agreed_on": date_with_year(agreed_at, appointment.client.time_zone),
    }


def none_can_follow(appointment: Appointment, why: NoFee, *, reader: ActorKind) -> str:
    """Said before anything is canceled; ``why`` is that of the most that it could cost."""
    client = appointment.client
    match why:
        case NoFee.PAYER_FORBIDS if client.payer and client.payer.name:  # behind a link it has no name
            return _("No fee can follow: %(payer)s does not allow fees for missed visits.") % {"payer": client.payer}
        case NoFee.NEVER_AGREED if reader == ActorKind.CLIENT:
            return policy_words.nothing_agreed()
        case NoFee.NEVER_AGREED:
            return f"No fee can follow: {_never_agreed(client.called)}"
        case NoFee.SET_TO_ZERO:
            return _("No fee can follow: it is set to $0.00.")
        case _:
            return _("No fee can follow.")


def _forbids(payer: str) -> str:
    return f"{payer} does not allow fees for missed visits."


def _never_agreed(client: str) -> str:
    return f"{client} has not agreed to your fee policy for this appointment."


def payer_rule(payer: Payer | None) -> str:
    """For the fees of a client, in one line; why the rule is so stands beside it."""
    if payer is None:
        return "Fees for missed visits as agreed at booking."
    limit = terms.payer_limit(payer)
    if limit is None:
        return "Fees for missed visits are allowed, as agreed at booking."
    if limit == 0:
        return "No fee for missed visits is allowed."
    return f"At most {money(limit)} for a missed visit is allowed."


def before_start(notice: timedelta) -> str:
    """``22 h 15 min before the start``"""
    if notice < timedelta(0):
        return _("%(length)s after the start") % {"length": length(notice)}
    return _("%(length)s before the start") % {"length": length(notice)}


def notice_given(cancellation: Cancellation) -> str:
    """``22 h 15 min, late``; ``3 h after the start`` where that had passed."""
    if cancellation.notice < timedelta(0):
        return before_start(cancellation.notice)
    return f"{length(cancellation.notice)}, {'late' if cancellation.late else 'on time'}"


def _bound(story: Story, *, reader: ActorKind) -> str:
    """Which limit decided, where that is not plain. To a client it names no payer."""
    facts = {"agreed": money(story.agreed), "now": money(story.in_force), "amount": money(story.amount)}
    if story.bound == Bound.PAYER and story.payer_limit is not None:
        facts["limit"] = money(story.payer_limit)
        if reader == ActorKind.CLIENT:
            return _("Your plan allows at most %(limit)s for a missed visit.") % facts
        return f"{story.payer} allows at most {facts['limit']} for a missed visit."
    if story.bound == Bound.CAP:
        return _("The practice’s limit is %(amount)s.") % facts
    if story.bound == Bound.IN_FORCE:
        return _("%(now)s, not the agreed %(agreed)s: the fee is lower now, and the lower one counts.") % facts
    if story.in_force <= story.agreed:
        return ""
    if reader == ActorKind.CLIENT:
        return (
            _("%(agreed)s, not the newer %(now)s: you agreed to %(agreed)s at booking, and the lower one counts.")
            % facts
        )
    lower = f"{story.client} agreed to {facts['agreed']} at booking, and the lower one counts."
    return f"{facts['agreed']}, not today’s {facts['now']}: {lower}"


def _no_fee_for_provider(story: Story) -> str:
    match story.no_fee:
        case NoFee.PROVIDER_CAUSED:
            why = "a cancellation on your side never owes one."
        case NoFee.NOBODY_CAUSED:
            why = "nobody caused this cancellation."
        case NoFee.REASON:
            why = "this reason never owes one."
        case NoFee.ON_TIME:
            why = f"{before_start(story.notice)} is on time; your policy asks for {policy_words.hours(story.counted)}."
        case NoFee.NEVER_AGREED:
            why = _never_agreed(story.client)
        case NoFee.PAYER_FORBIDS:
            why = _forbids(story.payer)
        case _:
            why = "the fee is set to $0.00."
    return f"No late fee: {why}"


def void(amount: Decimal) -> str:
    """Of what was owed for a cancellation that was taken back."""
    return _("The fee of %(fee)s for canceling no longer applies.") % {"fee": money(amount)}
