"""Why a fee is what it is, in one or two sentences, for the provider and for the client.

Generated from facts, those of an assessment being made or those kept with a fee, so that page,
mail and admin can't differ.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments import fee_phrases, fee_standing, policy_words, terms
from appointments.assessments import NOTHING, Assessment, Bound, FeeKind, NoFee, Source, Step
from appointments.models import Appointment, Cancellation, Fee
from clients.models import Payer
from practice.actors import ActorKind
from practice.amounts import money
from practice.fee_terms import Cutoff, Notice
from practice.zones import date_with_year, length


@dataclass(frozen=True)
class Story:
    """An assessment and whom it is about, for a reader in ``zone``; ``is_kept``: it was made when the fee began."""

    client: str
    provider: str
    payer: str
    agreed_on: str
    assessment: Assessment
    zone: str
    is_kept: bool = False

    @property
    def notice(self) -> timedelta:
        """What was given, from when it was told to the start."""
        given = self._step(Source.NOTICE).facts
        return datetime.fromisoformat(given["start"]) - datetime.fromisoformat(given["told_at"])

    @property
    def is_no_show(self) -> bool:
        return self.assessment.is_no_show

    @property
    def cutoff(self) -> Cutoff:
        """What counted as in time."""
        facts = self._step(Source.NOTICE).facts
        notice = Notice(facts["hours"], facts["business_days"])
        return Cutoff(datetime.fromisoformat(facts["cutoff"]), notice, facts["grace_minutes"])

    @property
    def agreed(self) -> Step:
        return self._step(Source.AGREED)

    @property
    def in_force(self) -> Step:
        return self._step(Source.IN_FORCE)

    def _step(self, source: Source) -> Step:
        step = self.assessment.of(source)
        assert step is not None
        return step


def story_of(appointment: Appointment, assessment: Assessment, *, zone: str) -> Story:
    """Of an assessment being made, or kept with a cancellation; ``zone`` is the reader's."""
    return Story(
        client=appointment.client.called,
        provider=appointment.provider.first_name,
        payer=appointment.client.payer.name if appointment.client.payer else "",
        agreed_on=date_with_year(appointment.acknowledged_at, zone) if appointment.acknowledged_at else "",
        assessment=assessment,
        zone=zone,
    )


def story_of_fee(fee: Fee, *, zone: str) -> Story:
    """Of a fee that is kept: by its own facts, whatever policy and cap say today."""
    story = replace(story_of(fee.appointment, fee.assessment, zone=zone), is_kept=True)
    payer = fee.appointment.client.payer
    # Who pays today need not be who paid then.
    return story if payer and terms.payer_limit(payer) == fee.payer_limit else replace(story, payer="The payer")


def for_provider(story: Story) -> str:
    """Why this amount, or the one line that says why there is none."""
    if story.assessment.no_fee is not None:
        return _no_fee_for_provider(story, story.assessment.no_fee)
    agreed = f"{story.client} agreed on {story.agreed_on} to {money(_fee(story.agreed))}"
    if story.is_no_show:
        because = f"Because {story.client} did not come. {agreed} for a no-show."
    else:
        this_is = "it was canceled" if story.is_kept else "this is"
        because = f"Because {this_is} {before_start(story.notice)}, and {agreed} inside {inside(story.agreed)}."
    return " ".join(filter(None, [because, _worked_out(story), _bound(story, reader=ActorKind.PROVIDER)]))


def for_client(story: Story) -> str:
    if story.assessment.no_fee is not None:
        return _no_fee_for_client(story.assessment)
    facts = {"agreed_on": story.agreed_on, "fee": money(_fee(story.agreed))}
    if story.is_no_show:
        because = _("You did not come, and you agreed on %(agreed_on)s to %(fee)s for that.") % facts
    else:
        facts |= {"before_start": before_start(story.notice), "hours": inside(story.agreed)}
        because = (
            _("It was canceled %(before_start)s, and you agreed on %(agreed_on)s to %(fee)s inside %(hours)s.") % facts
        )
    return " ".join(filter(None, [because, _worked_out(story), _bound(story, reader=ActorKind.CLIENT)]))


def _fee(step: Step) -> Decimal:
    return Decimal(step.facts["fee"])


def inside(step: Step) -> str:
    return policy_words.notice(Notice(step.facts["hours"], step.facts["business_days"]))


def _worked_out(story: Story) -> str:
    """How the agreed amount comes about, where it is a share of something."""
    facts, said = story.agreed.facts, []
    if "percent" in facts:
        price = {"percent": facts["percent"], "price": money(Decimal(facts["price"]))}
        said.append(_("That is %(percent)s%% of the session price of %(price)s.") % price)
    if "first_session" in facts and story.agreed.alone is not None:
        owed = {"percent": facts["first_session"], "owed": money(story.agreed.alone)}
        said.append(_("A first session owes %(percent)s%% of it, %(owed)s.") % owed)
    return " ".join(said)


def what_changed(story: Story, *, shown: Decimal) -> str:
    """One sentence for a form that showed another amount than is owed now."""
    owed = story.assessment
    what = fee_standing.named(FeeKind.NO_SHOW if story.is_no_show else FeeKind.LATE_CANCELLATION)
    if owed.amount == 0:
        return f"The {what} of {money(shown)} no longer applies. {for_provider(story)}"
    if shown == 0:
        return f"A {what} of {money(owed.amount)} applies: decide it below."
    return f"The {what} is {money(owed.amount)} now, not {money(shown)}."


def fee_to_come(appointment: Appointment, assessment: Assessment) -> str:
    """What may follow once the deadline has passed, and what makes it free even then; told to the client."""
    provider = appointment.provider.first_name
    if assessment.no_fee is not None:
        return none_can_follow(appointment, assessment.no_fee, reader=ActorKind.CLIENT)
    agreed, agreed_at = appointment.acknowledged_policy, appointment.acknowledged_at
    assert agreed is not None
    assert agreed_at is not None
    return _(
        "If %(provider)s cancels it for you, a fee of up to %(fee)s may apply, as you agreed on %(agreed_on)s%(but)s. "
        "%(provider)s can reduce or waive it."
    ) % {
        "provider": provider,
        "fee": money(assessment.amount),
        "agreed_on": date_with_year(agreed_at, appointment.client.time_zone),
        "but": fee_phrases.but_none(agreed.terms),
    }


def none_can_follow(appointment: Appointment, why: NoFee, *, reader: ActorKind) -> str:
    """Said before anything is canceled; ``why`` is that of the most that it could cost. Not coming may cost still."""
    client = appointment.client
    match why:
        case NoFee.PAYER_FORBIDS if client.payer and client.payer.name:  # behind a link it has no name
            return _("No fee can follow: %(payer)s does not allow fees for missed visits.") % {"payer": client.payer}
        case NoFee.PAYER_FORBIDS:
            return _("No fee can follow.")
        case NoFee.NEVER_AGREED if reader == ActorKind.CLIENT:
            return policy_words.nothing_agreed()
        case NoFee.NEVER_AGREED:
            return f"No fee can follow: {_never_agreed(client.called)}"
        case NoFee.SET_TO_ZERO:
            return _("No late fee can follow: it is set to $0.00.")
        case _:
            return _("No late fee can follow.")


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
    owed, agreed, now = story.assessment, story.agreed.alone or NOTHING, story.in_force.alone or NOTHING
    facts = {"agreed": money(agreed), "now": money(now), "amount": money(owed.amount)}
    if owed.bound == Bound.PAYER:
        if reader == ActorKind.CLIENT:
            return _("Your plan allows at most %(amount)s for a missed visit.") % facts
        return f"{story.payer} allows at most {facts['amount']} for a missed visit."
    if owed.bound == Bound.CAP:
        return _("The practice’s limit is %(amount)s.") % facts
    if owed.bound == Bound.IN_FORCE:
        return _("%(now)s, not the agreed %(agreed)s: the fee is lower now, and the lower one counts.") % facts
    if now <= agreed:
        return ""
    if reader == ActorKind.CLIENT:
        return (
            _("%(agreed)s, not the newer %(now)s: you agreed to %(agreed)s at booking, and the lower one counts.")
            % facts
        )
    lower = f"{story.client} agreed to {facts['agreed']} at booking, and the lower one counts."
    newer = "the newer" if story.is_kept else "today’s"
    return f"{facts['agreed']}, not {newer} {facts['now']}: {lower}"


def _no_fee_for_provider(story: Story, no_fee: NoFee) -> str:
    plain = {
        NoFee.PROVIDER_CAUSED: "a cancellation on your side never owes one.",
        NoFee.NOBODY_CAUSED: "nobody caused this cancellation.",
        NoFee.REASON: "this reason never owes one.",
        NoFee.SET_TO_ZERO: "the fee is set to $0.00.",
        NoFee.FIRST_SESSION: "a first session owes none.",
        NoFee.FILLED: "the time was filled by someone else.",
    }
    match no_fee:
        case NoFee.ON_TIME:
            why = f"{before_start(story.notice)} is on time; {_asked(story.cutoff)}."
        case NoFee.NEVER_AGREED:
            why = _never_agreed(story.client)
        case NoFee.PAYER_FORBIDS:
            why = _forbids(story.payer)
        case NoFee.COVERED:
            why = f"{_pass(story.assessment)} covers it."
        case NoFee.REBOOKED:
            why = f"{story.client} booked again and came."
        case _:
            why = plain[no_fee]
    return f"No fee: {why}" if story.is_no_show else f"No late fee: {why}"


def _asked(cutoff: Cutoff) -> str:
    if cutoff.grace_minutes:
        return f"it was told within {policy_words.minutes(cutoff.grace_minutes)} of booking"
    return f"your policy asks for {policy_words.notice(cutoff.notice)}"


def _pass(assessment: Assessment) -> str:
    step = assessment.of(Source.RELIEF)
    assert step is not None
    if "given" in step.facts:
        return "a pass that was given as you had canceled late or not come"
    return "a free pass, number {nth} of {of} in {days} days,".format(**step.facts)


def _no_fee_for_client(assessment: Assessment) -> str:
    match assessment.no_fee:
        case NoFee.COVERED:
            return _("No late fee applies: one of your free passes covers it.")
        case NoFee.FIRST_SESSION:
            return _("No late fee applies to a first session.")
        case NoFee.FILLED:
            return _("No late fee applies: someone else took the time.")
        case NoFee.REBOOKED:
            return _("No late fee applies: you booked again and came.")
        case _:
            return _("No late fee applies.")
