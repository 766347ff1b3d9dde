"""A client's report that the provider did not come, in the words that both of them read; the acts are in
``attendance``."""

from django.utils.translation import gettext as _

from appointments import who
from appointments.models import AbsenceReport
from appointments.objections import Said
from practice.actors import ActorKind
from practice.zones import moment

Answer = AbsenceReport.Answer


def record(report: AbsenceReport, *, reader: ActorKind) -> list[Said]:
    """The report and its answer, alike for provider and client; its appointment with its people is read."""
    appointment = report.appointment
    zone = appointment.client.time_zone if reader == ActorKind.CLIENT else appointment.provider.time_zone
    said = [Said(reported(report, reader=reader), moment(report.reported_at, zone), report.words)]
    if report.answered_at is not None:
        said.append(Said(answered(report, reader=reader), moment(report.answered_at, zone), report.answer_words))
    return said


def reported(report: AbsenceReport, *, reader: ActorKind) -> str:
    appointment = report.appointment
    if reader == ActorKind.CLIENT:
        return _("You reported that %(provider)s did not come") % {"provider": appointment.provider.first_name}
    absent = "you" if reader == ActorKind.PROVIDER else appointment.provider.first_name
    return f"{appointment.client.called} reported that {absent} did not come"


def answered(report: AbsenceReport, *, reader: ActorKind) -> str:
    appointment = report.appointment
    facts = {
        "who": who.name(report.answered_by, appointment, reader=reader),
        "client": appointment.client.called,
    }
    if report.answer == Answer.CONFIRMED:
        return _("%(who)s answered: the session did not take place, and no fee applies") % facts
    if report.answer == Answer.MET:
        return _("%(who)s answered: the session took place") % facts
    if reader == ActorKind.CLIENT:
        return _("%(who)s answered: you did not come") % facts
    return "{who} answered: {client} did not come".format(**facts)
