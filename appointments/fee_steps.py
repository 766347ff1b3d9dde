"""How a fee was worked out, step by step, in words: the same lines on page, mail, admin, receipt and in exports.

To a client they name no payer: a link or a shared inbox must not tell who pays for someone's care.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from appointments import fee_words, policy_words
from appointments.assessments import FeeKind, NoFee, Source, Step
from appointments.fee_words import Story
from appointments.models import Fee
from appointments.rules import FeeStatus
from practice.actors import ActorKind
from practice.amounts import money
from practice.fee_terms import Notice
from practice.zones import moment


@dataclass(frozen=True)
class StepLine:
    """``source``: where it comes from; ``amount``: the fee after it, None while none has been asked yet."""

    source: str
    words: str
    amount: Decimal | None = None

    def __str__(self) -> str:
        return f"{self.source}: {self.words}."


def of_fee(fee: Fee, *, reader: ActorKind, zone: str) -> list[StepLine]:
    """Of a fee as it stands: what the rules came to, then what was decided."""
    found = lines(fee_words.story_of_fee(fee, zone=zone), reader=reader)
    amount = {"amount": money(fee.amount)}
    if fee.is_reduced:
        found.append(StepLine(_("Decided"), _("reduced to %(amount)s") % amount, fee.amount))
    elif fee.status == FeeStatus.WAIVED:
        found.append(StepLine(_("Decided"), _("waived, so it is %(amount)s") % amount, fee.amount))
    return found


def lines(story: Story, *, reader: ActorKind) -> list[StepLine]:
    """In the order in which the rules went; times are in the story's zone."""
    return list(_lines(story, to_client=reader == ActorKind.CLIENT))


def _lines(story: Story, *, to_client: bool) -> Iterator[StepLine]:
    so_far: Decimal | None = None
    for step in story.assessment.steps:
        said = _said(story, step, to_client=to_client)
        if said is not None:
            source, words = said
            yield StepLine(source, words + _becomes(step, so_far), step.amount)
        so_far = step.amount


def _becomes(step: Step, so_far: Decimal | None) -> str:
    """What it does to the fee so far; of the first that asks one, its own words say it."""
    if step.amount is None:
        return _(", so no fee applies") if step.no_fee else ""
    if so_far is None:
        return ""
    facts = {"amount": money(step.amount)}
    return _(", so it stays %(amount)s") % facts if step.amount == so_far else _(", so it is %(amount)s") % facts


def _said(story: Story, step: Step, *, to_client: bool) -> tuple[str, str] | None:
    """Source and words; None where the next step says it all."""
    match step.source:
        case Source.CAUSE:
            return _cause(story, step, to_client=to_client)
        case Source.NOTICE:
            return _("It was canceled"), _notice(story)
        case Source.AGREED:
            return _agreed(story, step, to_client=to_client)
        case Source.IN_FORCE:
            return _("The policy of that day"), _asked(step, story)
        case Source.CAP:
            return _("The practice’s limit"), money(Decimal(step.facts["limit"]))
        case Source.PAYER:
            return _("Your plan") if to_client else story.payer, _allowed(step)
        case Source.RELIEF:
            return _("Free pass"), _pass(step, to_client=to_client)
        case Source.SINCE:
            return _("Since then"), _since(story, step, to_client=to_client)


def _cause(story: Story, step: Step, *, to_client: bool) -> tuple[str, str] | None:
    happened = _("What happened")
    match step.no_fee:
        case NoFee.PROVIDER_CAUSED if to_client:
            return happened, _("%(provider)s’s side canceled") % {"provider": story.provider}
        case NoFee.PROVIDER_CAUSED:
            return happened, "your side canceled"
        case NoFee.NOBODY_CAUSED:
            return happened, _("nobody caused this cancellation")
        case NoFee.REASON:
            return happened, _("it was canceled for a reason that never owes a fee")
    if step.facts["kind"] != FeeKind.NO_SHOW:
        return None
    return happened, _("you did not come") if to_client else f"{story.client} did not come"


def _notice(story: Story) -> str:
    facts = {
        "before_start": fee_words.before_start(story.notice),
        "deadline": moment(story.cutoff.at, story.zone),
        "ahead": policy_words.how_far(story.cutoff),
    }
    return _("%(before_start)s; free until %(deadline)s, %(ahead)s") % facts


def _agreed(story: Story, step: Step, *, to_client: bool) -> tuple[str, str]:
    if step.no_fee == NoFee.NEVER_AGREED:
        nothing = _("you agreed to no fee for this appointment")
        return _("Agreed"), nothing if to_client else f"{story.client} agreed to no fee for this appointment"
    if to_client:
        return _("You agreed on %(day)s") % {"day": story.agreed_on}, _asked(step, story)
    return f"{story.client} agreed on {story.agreed_on}", _asked(step, story)


def _asked(step: Step, story: Story) -> str:
    """``$75.00 inside 24 hours``; of a share, and of what a first session owes, how it comes about."""
    facts = {"fee": money(Decimal(step.facts["fee"])), "inside": _inside(step)}
    if story.is_no_show:
        words = _("%(fee)s for a no-show") % facts
    else:
        words = _("%(fee)s inside %(inside)s") % facts if facts["inside"] else facts["fee"]
    if "percent" in step.facts:
        part = {"percent": step.facts["percent"], "price": money(Decimal(step.facts["price"]))}
        words += _(", %(percent)s%% of the session price of %(price)s") % part
    if "first_session" in step.facts and step.alone is not None:
        part = {"percent": step.facts["first_session"], "owed": money(step.alone)}
        words += _("; a first session owes %(percent)s%% of it, %(owed)s") % part
    return words


def _inside(step: Step) -> str:
    """Empty where it was not kept: of the policy of that day, with fees that are older than their steps."""
    if "hours" not in step.facts:
        return ""
    return policy_words.notice(Notice(step.facts["hours"], step.facts["business_days"]))


def _allowed(step: Step) -> str:
    if step.no_fee == NoFee.PAYER_FORBIDS:
        return _("fees for missed visits are not allowed")
    return _("at most %(amount)s for a missed visit") % {"amount": money(Decimal(step.facts["limit"]))}


def _pass(step: Step, *, to_client: bool) -> str:
    if "given" not in step.facts:
        return _("number %(nth)s of %(of)s in %(days)s days") % step.facts
    if to_client:
        return _("given to you, as your provider had canceled late or not come")
    return "given as you had canceled late or not come"


def _since(story: Story, step: Step, *, to_client: bool) -> str:
    if step.no_fee == NoFee.FILLED:
        return _("someone else took the time")
    return _("you booked again and came") if to_client else f"{story.client} booked again and came"
