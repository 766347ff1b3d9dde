"""An appointment as its client's pages name it, in their own zone, and what counts there in bold."""

import re
from datetime import datetime

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appointments import days, policy_words, terms
from appointments.models import Appointment
from clients.models import Client
from practice.fee_terms import Terms
from practice.zones import NBSP, clock, local, moment, month_year, plain, span_named, time_named


def title(appointment: Appointment, *, at: datetime) -> str:
    """``Wednesday, March 4 at 2:00 PM``; breaks after the weekday, or a comma, on a phone."""
    zone, start = appointment.client.time_zone, appointment.start
    weekday, date = days.long(start, zone, at=at).split(NBSP, 1)
    time = clock(start, zone)
    whole = _("%(day)s at %(time)s") % {"day": f"{weekday} {date}", "time": time}
    return re.sub(rf"(?<=\w) (?={time})", NBSP, whole)


def spoken(appointment: Appointment, *, at: datetime) -> SafeString:
    """``Wednesday, March 4, 2:00–2:50 PM EST``; a range of times never breaks."""
    zone, start = appointment.client.time_zone, appointment.start
    when = span_named(start, appointment.end, zone)
    return format_html('{}, <span class="nowrap">{}</span>', days.long(start, zone, at=at), when)


def zone_named(appointment: Appointment) -> str:
    """By the offset of the appointment's own date."""
    return time_named(appointment.start, appointment.client.time_zone)


def month(appointment: Appointment) -> str:
    """``March 2026``"""
    return month_year(local(appointment.start, appointment.client.time_zone).date())


def emphasized(text: str, part: str = "") -> SafeString:
    """The text with what counts in it in bold: its amounts of money, and ``part``."""
    counts = "|".join([r"\$[\d,.]*\d", *([re.escape(escape(part))] if part else [])])
    return SafeString(re.sub(counts, r"<strong>\g<0></strong>", escape(text)))


def subject(appointment: Appointment) -> str:
    """Of a mail that the client writes about it."""
    return plain(_("Appointment on %(start)s") % {"start": moment(appointment.start, appointment.client.time_zone)})


def policy(shown: Terms, client: Client, *, at: datetime) -> dict[str, SafeString]:
    """In two sentences: before a time is chosen, around the chosen one's deadline, and past it."""
    limit = terms.payer_limit(client.payer)
    before, after = policy_words.around_the_deadline(shown, at=at, payer_limit=limit)
    words = {
        "general": policy_words.sentences(shown, start=None, zone=client.time_zone, payer_limit=limit),
        "before": before,
        "after": after,
        "near": policy_words.inside_notice(shown, payer_limit=limit),
    }
    return {name: emphasized(sentences) for name, sentences in words.items()}
