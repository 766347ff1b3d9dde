"""Free passes: used by a late cancellation, given where the provider cancels late, given back and withdrawn.

Whoever writes here holds an appointment and with it its client: two late cancellations at once can't share the last
pass.
"""

from datetime import datetime

from appointments.fee_rules import Assessment, Cause, Source
from appointments.models import Cancellation, GivenPass, PassUse
from clients.models import CareRelationship
from practice.actors import Actor, ActorKind


def use(cancellation: Cancellation, assessment: Assessment, *, at: datetime) -> PassUse:
    """The pass that made it free, as the assessment has found it: the policy's own, or the oldest given one."""
    step = assessment.of(Source.RELIEF)
    assert step is not None
    care = _care(cancellation)
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
    return GivenPass.objects.create(care=_care(cancellation), cancellation=cancellation, given_at=at)


def left_of(cancellation: Cancellation) -> GivenPass | None:
    """The pass that it gave, unless that is used or withdrawn."""
    return GivenPass.objects.left().filter(cancellation=cancellation).first() if _may_have_given(cancellation) else None


def undo(cancellation: Cancellation, *, by: Actor, at: datetime) -> None:
    """With the cancellation: a pass that it used is given back, one that it gave is withdrawn if nobody has used it."""
    if (assessment := cancellation.assessment) and assessment.uses_pass:
        kept = PassUse.objects.kept().filter(cancellation=cancellation)
        kept.update(returned_at=at, returned_actor=by.kind, returned_by=by.user_id)
    if given := left_of(cancellation):
        given.withdrawn_at = at
        given.save(update_fields=["withdrawn_at"])


def _care(cancellation: Cancellation) -> CareRelationship:
    appointment = cancellation.appointment
    return CareRelationship.objects.get(provider=appointment.provider_id, client=appointment.client_id)
