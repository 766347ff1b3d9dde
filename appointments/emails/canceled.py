"""The two mails that say an appointment is canceled: no clinical word, no reason's private wording."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from appointments import fee_standing, fee_steps, fee_words, passes, who
from appointments.drafts import Draft
from appointments.emails.addressed import for_client, for_provider
from appointments.emails.parts import clients_time, in_clients_language, manage_url, portal_url
from appointments.fee_steps import StepLine
from appointments.models import Appointment
from appointments.rules import FeeStatus
from notifications.outbox import Message
from practice.actors import ActorKind
from practice.amounts import money
from practice.language import in_english
from practice.mailing import subject
from practice.zones import moment

TO_CLIENT = "appointments/email/canceled_client"


@dataclass(frozen=True)
class Step:
    """A sentence or two of what happens next: one part to see at a glance, whom to write to.

    ``worked_out``: of a fee, how it came about.
    """

    words: str
    strong: str = ""
    write_to: str = ""
    worked_out: tuple[StepLine, ...] = ()

    @property
    def html(self) -> SafeString:
        marked: str = escape(self.words)
        if self.strong:
            strong = escape(self.strong)
            marked = marked.replace(strong, f'<strong style="font-weight:600;">{strong}</strong>', 1)
        if self.write_to:
            address = escape(self.write_to)
            marked = marked.replace(address, f'<a href="mailto:{address}">{address}</a>', 1)
        return mark_safe(marked)  # noqa: S308 - escaped before it was marked


@in_clients_language
def subject_to_client(appointment: Appointment) -> str:
    """Known before anything of the cancellation is."""
    client, practice = appointment.client, appointment.provider.practice
    context = {"appointment": appointment, "zone": client.time_zone}
    return subject(TO_CLIENT, context, practice=practice, discreet=client.discreet)


@in_clients_language
def to_client(plan: Draft) -> Message:
    appointment, cancellation = plan.appointment, plan.cancellation
    context = {
        "lead": _lead(plan),
        "note": cancellation.note_to_client,
        "steps": _next_steps(plan),
        "link": plan.link,
        "manage": manage_url(appointment, at=cancellation.canceled_at),
        "may_take_back": cancellation.actor == ActorKind.CLIENT,
    }
    return for_client(
        TO_CLIENT,
        context,
        appointment,
        key=f"cancellation:{cancellation.pk}:client",
        kind="canceled",
        calendar=("CANCEL", cancellation.canceled_at),
    )


@in_english
def to_provider(plan: Draft, *, blocked: bool = False) -> Message:
    """``blocked``: the freed time is time off now."""
    appointment, cancellation = plan.appointment, plan.cancellation
    context = {
        "facts": _facts(plan),
        "is_free_again": appointment.start > cancellation.canceled_at and not blocked,
        "is_time_off": blocked,
        "note": cancellation.note_to_client,
        "has_note_from_client": bool(cancellation.note_to_provider),
        "url": portal_url("appointments:detail", appointment.uid),
    }
    return for_provider(
        "appointments/email/canceled_provider",
        context,
        appointment,
        key=f"cancellation:{cancellation.pk}:provider",
        kind="canceled",
        calendar=("CANCEL", cancellation.canceled_at),
    )


def _lead(plan: Draft) -> str:
    if plan.cancellation.actor == ActorKind.CLIENT:
        return _("You canceled this appointment.")
    return plan.cancellation.why_for_client(plan.appointment.provider.display_name)


def _next_steps(plan: Draft) -> list[Step]:
    return [
        Step(_("This mail takes it out of your calendar. There is nothing else you need to do.")),
        _fee_for_client(plan),
        *_pass_for_client(plan),
        next_for_client(plan.appointment, next_start=plan.next_start, link_sent=plan.cancellation.link_sent),
    ]


def next_for_client(appointment: Appointment, *, next_start: datetime | None, link_sent: bool) -> Step:
    """``next_start`` is that of their next one together, None where there is none."""
    facts = {"provider": appointment.provider.first_name}
    if next_start is not None:
        facts["start"] = moment(next_start, appointment.client.time_zone)
        words = _("Your next appointment with %(provider)s, %(start)s, stays as it is.")
        return Step(words % facts, strong=facts["start"])
    if link_sent:
        words = _("You have no other appointment with %(provider)s. Choose a new time when it suits you.")
    else:
        words = _("You have no other appointment with %(provider)s. To arrange one, call or write.")
    return Step(words % facts)


def _fee_for_client(plan: Draft) -> Step:
    """What is owed and why, and how to object."""
    appointment, fee = plan.appointment, plan.fee
    if fee is None and plan.assessment.uses_pass:
        return Step(
            fee_words.for_client(fee_words.story_of(appointment, plan.assessment, zone=appointment.client.time_zone))
        )
    if fee is None:
        return Step(_("No fee applies."))
    decided = fee_standing.decided(fee, reader=ActorKind.CLIENT)
    if fee.status == FeeStatus.WAIVED:
        return Step(f"{decided}. " + _("You owe nothing."))
    provider = appointment.provider
    zone = appointment.client.time_zone
    why = fee_words.for_client(fee_words.story_of_fee(fee, zone=zone))
    worked_out = tuple(fee_steps.of_fee(fee, reader=ActorKind.CLIENT, zone=zone))
    if fee.status == FeeStatus.TO_DECIDE:
        decides = _("%(provider)s decides, and you get a mail.") % {"provider": provider.first_name}
        return Step(f"{decided}. {why} {decides}", strong=money(fee.assessed), worked_out=worked_out)
    reach = {"provider": provider.first_name, "email": provider.user.email}
    objection = _("Does that seem wrong? Write to %(provider)s at %(email)s.") % reach
    if fee.status == FeeStatus.PENDING:
        why += " " + fee_standing.what_may_melt_it(fee, reader=ActorKind.CLIENT, at=plan.cancellation.canceled_at)
    return Step(
        f"{decided}. {why} {objection}",
        strong=money(fee.amount),
        write_to=provider.user.email,
        worked_out=worked_out,
    )


def _pass_for_client(plan: Draft) -> list[Step]:
    """Both ways: what the provider's own late cancellation gives."""
    if not passes.is_given_for(plan.cancellation):
        return []
    words = _("%(provider)s canceled late, so you get a free pass: one late cancellation of yours will cost nothing.")
    return [Step(words % {"provider": plan.appointment.provider.first_name})]


def _facts(plan: Draft) -> list[tuple[str, str]]:
    appointment, cancellation = plan.appointment, plan.cancellation
    doer = who.name(cancellation.actor, appointment, reader=ActorKind.PROVIDER)
    if cancellation.actor == ActorKind.SYSTEM:
        doer = "Let go, as no new time was picked"
    facts = [("Canceled by", doer), ("Notice", fee_words.notice_given(cancellation))]
    if cancellation.told_at != cancellation.canceled_at:
        facts.append(("Told at", moment(cancellation.told_at, appointment.provider.time_zone)))
    facts += clients_time(appointment)
    facts.append(("Late fee", _fee_for_provider(plan)))
    if passes.is_given_for(plan.cancellation):
        facts.append(("Free pass", "Given to the client, as this is inside your own notice"))
    facts.append(("Booking link", "Sent to the client" if cancellation.link_sent else "Not sent"))
    if plan.next_start is not None:
        facts.append(("Next together", moment(plan.next_start, appointment.provider.time_zone)))
    return facts


def _fee_for_provider(plan: Draft) -> str:
    fee = plan.fee
    if fee is None:
        return "None: a free pass covers it" if plan.assessment.uses_pass else "None"
    waits = "until the office approves what you decided" if plan.needs_approval else "for you to decide"
    words: dict[str, str] = {
        FeeStatus.TO_DECIDE: f"{money(fee.assessed)}, {waits}",
        FeeStatus.WAIVED: f"Waived ({money(fee.assessed)})",
        FeeStatus.PENDING: f"{money(fee.amount)}, pending",
    }
    reduced = f", reduced from {money(fee.assessed)}" if fee.is_reduced else ""
    return words.get(fee.status, f"{money(fee.amount)}{reduced}")
