"""What applies when plans change, as the client of a booked appointment reads it: on the page behind the booking
link and in mail. Names no payer: a link or a shared inbox must not tell who pays for someone's care."""

import re
from datetime import datetime
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString

from appointments import fee_words, rules, terms
from appointments.fee_rules import NoFee
from appointments.models import Appointment
from practice.actors import ActorKind
from practice.models import FeePolicy
from practice.zones import moment


def if_plans_change(appointment: Appointment, *, policy: FeePolicy, at: datetime, zone: str) -> str:
    """``policy`` is the one in force. Until when it can be canceled free of charge, and what may follow later."""
    standing = terms.standing(appointment, policy=policy)
    agreed, payer_limit = appointment.acknowledged_policy, terms.payer_limit(appointment.client.payer)
    until = f"until {moment(standing.deadline, zone)}, {fee_words.hours(standing.notice)} ahead."
    nothing_agreed = fee_words.none_can_follow(appointment, NoFee.NEVER_AGREED, reader=ActorKind.CLIENT)
    if standing.is_on_time(at):
        if agreed is None:
            return f"You can cancel {until} {nothing_agreed}"
        return f"You can cancel free of charge {until} {fee_words.what_may_follow(agreed, payer_limit=payer_limit)}"
    if agreed is None:
        return f"{fee_words.too_near(standing.notice)} {nothing_agreed}"
    return fee_words.inside_notice(agreed, payer_limit=payer_limit, notice=standing.notice)


def around_the_deadline(policy: FeePolicy, *, at: datetime, payer_limit: Decimal | None) -> tuple[str, str]:
    """The policy's two sentences before and after the words of a deadline, which differ from time to time."""
    words = fee_words.policy_sentences(policy, start=at, zone="UTC", payer_limit=payer_limit)
    before, _, after = words.partition(moment(at - policy.notice, "UTC"))
    return before, after


def amounts_strong(words: str) -> SafeString:
    """The words for a page, their amounts of money strong."""
    return SafeString(re.sub(r"\$[\d,.]*\d", r"<strong>\g<0></strong>", escape(words)))


def may_cancel_online(appointment: Appointment, *, policy: FeePolicy, at: datetime) -> bool:
    """``policy`` is the one in force."""
    standing = terms.standing(appointment, policy=policy)
    return rules.may_cancel(standing, by=ActorKind.CLIENT, at=at) is None
