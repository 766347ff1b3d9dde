"""Free passes: used by a late cancellation, given where the provider cancels late or does not come, given back and
withdrawn.

Whoever writes here holds an appointment and with it its client: two late cancellations at once can't share the last
pass.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from appointments import history
from appointments.assessments import Assessment, Cause, Source
from appointments.models import AbsenceReport, Appointment, Cancellation, GivenPass, HistoryEntry, PassUse
from appointments.refusals import NoPassUsed
from clients.models import CareRelationship, Client
from practice.actors import Actor, ActorKind


def use(cancellation: Cancellation, assessment: Assessment, *, at: datetime) -> PassUse:
    """The pass that made it free, as the assessment has found it: the policy's own, or the oldest given one."""
    step = assessment.of(Source.RELIEF)
    assert step is not None
    care = _care(cancellation.appointment)
    given = GivenPass.objects.left().filter(care=care).oldest_first()[0] if "given" in step.facts else None
    return PassUse.objects.create(care=care, cancellation=cancellation, given=given, used_at=at)


def is_given_for(cancellation: Cancellation) -> bool:
    """The provider's side canceled it inside the provider's own notice, and the practice gives a pass for that."""
    return cancellation.appointment.provider.practice.gives_passes and _may_have_given(cancellation)


def _may_have_given(cancellation: Cancellation) -> bool:
    """A time that goes by itself, because its client did not pick another, gives none."""
    by_provider = cancellation.reason.caused_by == Cause.PROVIDER and cancellation.actor != ActorKind.SYSTEM
    return by_provider and cancellation.late


def give(cancellation: Cancellation, *, at: datetime) -> GivenPass:
    return GivenPass.objects.create(care=_care(cancellation.appointment), cancellation=cancellation, given_at=at)


def give_for_absence(report: AbsenceReport, *, at: datetime) -> GivenPass | None:
    """Where the practice gives any: the provider did not come."""
    if not report.appointment.provider.practice.gives_passes:
        return None
    return GivenPass.objects.create(care=_care(report.appointment), report=report, given_at=at)


def left_of(cancellation: Cancellation) -> GivenPass | None:
    """The pass that it gave, unless that is used or withdrawn."""
    return GivenPass.objects.left().filter(cancellation=cancellation).first() if _may_have_given(cancellation) else None


@transaction.atomic
def give_back(appointment: Appointment, *, by: Actor, at: datetime) -> None:
    """Waive what a pass had covered: it counts again, and still nothing is owed. Raises NoPassUsed."""
    appointment = Appointment.objects.hold(appointment)
    cancellation = appointment.cancellation
    if cancellation is None or not _return(cancellation, by=by, at=at):
        raise NoPassUsed
    history.record(appointment, HistoryEntry.Kind.PASS_RETURNED, by=by, at=at)


def is_kept(cancellation: Cancellation) -> bool | None:
    """Whether the pass that made it free is still used up; None where none did."""
    assessment = cancellation.assessment
    if assessment is None or not assessment.uses_pass:
        return None
    return PassUse.objects.kept().filter(cancellation=cancellation).exists()


def _return(cancellation: Cancellation, *, by: Actor, at: datetime) -> int:
    kept = PassUse.objects.kept().filter(cancellation=cancellation)
    # Never before it was used, whatever the clock of another machine says.
    then = Greatest("used_at", Value(at, output_field=DateTimeField()))
    return kept.update(returned_at=then, returned_actor=by.kind, returned_by=by.user_id)


def left_to(client: Client) -> list[str]:
    """With whom a client has given passes left, by name, one for each."""
    left = GivenPass.objects.left().filter(care__client=client, care__ended_at__isnull=True).oldest_first()
    return list(left.values_list("care__provider__display_name", flat=True))


def undo(cancellation: Cancellation, *, by: Actor, at: datetime) -> None:
    """With the cancellation: a pass that it used is given back, one that it gave is withdrawn if nobody has used it."""
    if (assessment := cancellation.assessment) and assessment.uses_pass:
        _return(cancellation, by=by, at=at)
    if given := left_of(cancellation):
        given.withdrawn_at = at
        given.save(update_fields=["withdrawn_at"])


def _care(appointment: Appointment) -> CareRelationship:
    return CareRelationship.objects.get(provider=appointment.provider_id, client=appointment.client_id)
