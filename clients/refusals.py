"""The words of what is refused between a client and their provider. ``str()`` is safe to show to who tried."""

from django.utils.translation import gettext as _

from clients.models import CareRelationship
from practice.actors import ActorKind
from practice.zones import date_with_year


class Refused(Exception):
    """Nothing was done."""


class CareHasEnded(Refused):
    """What was written stays; nothing is added."""

    def __init__(self, care: CareRelationship, *, reader: ActorKind) -> None:
        practice = care.provider.practice
        if reader == ActorKind.CLIENT:
            words = _(
                "Your care with %(provider)s has ended, so nothing can be sent here any more. "
                "%(practice)s can be reached at %(phone)s or %(email)s."
            )
            known = {"phone": practice.phone, "email": practice.contact_email, "practice": practice.name}
            super().__init__(words % (known | {"provider": care.provider.display_name}))
        else:
            since = f" {date_with_year(care.ended_at, care.provider.time_zone)}" if care.ended_at else ""
            super().__init__(f"Care ended{since}, so nothing can be sent here any more. What was written stays.")


class CannotRead(Refused):
    """For the provider: the client has no account to read it with."""

    def __init__(self, care: CareRelationship) -> None:
        called = care.client.called
        super().__init__(
            f"{called} can’t sign in yet, so {called} could not read it here. "
            f"{'Call or write' if care.client.may_be_called else 'Write'} a mail, or ask the office to invite {called}."
        )
