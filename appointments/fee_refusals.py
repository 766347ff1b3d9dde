"""The words of a refusal about objecting to a fee, and about letting go of one; see ``appointments.refusals``."""

from django.utils.translation import gettext as _

from appointments.models import Fee, Objection, WaiverRequest
from appointments.refusals import Refused
from appointments.rules import FeeStatus
from practice.zones import moment


class ObjectedAlready(Refused):
    """For the client: one objection to a fee, which is read and answered once."""

    def __init__(self, objection: Objection) -> None:
        zone = objection.fee.appointment.client.time_zone
        words = _("You objected to this fee on %(when)s. Nothing was sent twice.")
        super().__init__(words % {"when": moment(objection.objected_at, zone)})


class NothingIsDue(Refused):
    """For the client: only what is due can be objected to."""

    def __init__(self, fee: Fee) -> None:
        states: dict[str, str] = {
            FeeStatus.TO_DECIDE: _("It is not decided yet whether this fee applies."),
            FeeStatus.PENDING: _("This fee is not due yet."),
            FeeStatus.WAIVED: _("This fee is waived: you owe nothing."),
            FeeStatus.PAID: _("This fee is paid."),
        }
        super().__init__(states.get(fee.status, _("This fee no longer applies.")))


class TooLateToObject(Refused):
    """For the client: whom they can still talk to."""

    def __init__(self, fee: Fee) -> None:
        provider = fee.appointment.provider
        words = _("The time to object to this fee has passed. Call %(provider)s at %(phone)s or write to %(email)s.")
        super().__init__(
            words % {"provider": provider.first_name, "phone": provider.phone, "email": provider.user.email}
        )


# --- Letting go of more than one person may ---


class ApprovalAsked(Refused):
    """One question at a time."""

    def __init__(self, request: WaiverRequest) -> None:
        when = moment(request.asked_at, request.appointment.provider.time_zone)
        super().__init__(
            f"The office’s approval has been asked for already, {when}; the office answers it under Waiver requests. "
            "Nothing was changed."
        )


class ApprovalClosed(Refused):
    """Somebody was first, or the fee has changed meanwhile."""

    def __init__(self, request: WaiverRequest) -> None:
        became = {
            WaiverRequest.Outcome.APPROVED: "This is approved already",
            WaiverRequest.Outcome.DECLINED: "This is declined already",
            WaiverRequest.Outcome.MOOT: "The fee has been decided, paid or taken back meanwhile",
        }[WaiverRequest.Outcome(request.outcome)]
        super().__init__(f"{became}, so nothing was changed.")


class TakesTwo(Refused):
    def __init__(self) -> None:
        super().__init__("You asked for this yourself: somebody else in the office has to approve or decline it.")
