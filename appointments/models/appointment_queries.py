"""How appointments are looked for, from their owner on."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Cast, Concat

from appointments.assessments import Cause
from appointments.rules import Status
from clients.models import Client
from notifications.models import MISSED
from practice import addresses
from practice.models import TimeOff
from practice.names import fold

if TYPE_CHECKING:
    from appointments.models.appointment import Appointment
    from appointments.models.history import HistoryEntry

# A mail that did not arrive is news, and whether they met is asked, until the appointment is over for so long.
STILL_MATTERS = timedelta(days=30)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def booked(self) -> Self:
        return self.filter(status=Status.BOOKED)

    def taking_time(self) -> Self:
        """Booked, or held, if only begun: nobody else can have that time."""
        return self.filter(status__in=[Status.BOOKED, Status.COMPLETED])

    def to_mark(self, *, at: datetime) -> Self:
        """Over not long ago, nobody has said yet whether they met, and the client has asked or reported nothing."""
        recent = self.booked().past(at=at).filter(start__gt=at - STILL_MATTERS)
        return recent.with_requests().filter(asked_late=False, reported=False)

    def canceled(self) -> Self:
        return self.filter(status=Status.CANCELED)

    def completed(self) -> Self:
        return self.filter(status=Status.COMPLETED)

    def no_shows(self) -> Self:
        return self.filter(status=Status.NO_SHOW)

    def seen(self, *, at: datetime) -> Self:
        """Sessions that were held: over and, where attendance is marked, marked as attended."""
        return self.filter(end__lte=at, status__in=[Status.COMPLETED, Status.BOOKED])

    def upcoming(self, *, at: datetime) -> Self:
        """Not over yet, canceled ones included: a freed time is still news."""
        return self.filter(end__gt=at)

    def next_booked(self, *, at: datetime) -> Self:
        """Booked and not yet over, soonest first."""
        return self.booked().filter(end__gt=at).by_start()

    def past(self, *, at: datetime) -> Self:
        return self.filter(end__lte=at)

    def touching(self, begin: datetime, end: datetime) -> Self:
        """Any part of it lies in the stretch."""
        return self.filter(start__lt=end, end__gt=begin)

    def starting(self, begin: datetime, end: datetime) -> Self:
        return self.filter(start__gte=begin, start__lt=end)

    def starting_from(self, begin: datetime) -> Self:
        return self.filter(start__gte=begin)

    def starting_before(self, end: datetime) -> Self:
        return self.filter(start__lt=end)

    def matching(self, words: str) -> Self:
        """Every word stands somewhere in the client's names, in any order; accents and case do not count."""
        found = self
        for word in fold(words).split():
            found = found.filter(client__search_name__contains=word)
        return found

    def by_start(self) -> Self:
        return self.order_by("start", "id")

    def latest_first(self) -> Self:
        return self.order_by("-start", "-id")

    def of_client(self, client: Client) -> Self:
        return self.filter(client=client)

    def in_time_off(self) -> Self:
        """Any part of it lies in time off of its provider."""
        off = TimeOff.objects.filter(
            provider=OuterRef("provider"), begins__lt=OuterRef("end"), ends__gt=OuterRef("start")
        )
        return self.filter(Exists(off))

    def first_starts(self, *, of: Iterable[int]) -> dict[int, datetime]:
        """The earliest start of each of these clients, by their ids, in one query."""
        return dict(self.filter(client__in=of).order_by().values_list("client").annotate(Min("start")))

    def by_policy(self) -> dict[int | None, int]:
        """How many were agreed to under each fee policy; None counts those that never were."""
        return dict(self.order_by().values_list("acknowledged_policy").annotate(Count("id")))

    def after(self, appointment: "Appointment") -> Self:
        return self.filter(start__gt=appointment.start)

    def not_missed_before(self, appointment: "Appointment") -> Self:
        """Earlier ones that the provider’s client had, or could have had."""
        missed = [Status.CANCELED, Status.PROVIDER_ABSENT]
        return self.filter(start__lt=appointment.start).exclude(status__in=missed)

    def canceled_late_by_client(self, *, since: datetime) -> Self:
        """Late, and for a reason that the client caused, whoever entered it."""
        from appointments.models.cancellation import Cancellation

        late = Cancellation.objects.live().filter(
            appointment=OuterRef("pk"), late=True, reason__caused_by=Cause.CLIENT, canceled_at__gte=since
        )
        return self.filter(Exists(late))

    def held(self) -> Self:
        """Locked, and its client with it, whose address must stay until the transaction ends: both as they are now.

        All else is read after it: rows joined to a locked one are as old as the wait.
        """
        return self.select_for_update(of=("self", "client"), no_key=True).select_related("client")

    def hold(self, appointment: "Appointment") -> "Appointment":
        """Locked, its provider's address kept too, and read after both with its people."""
        self.held().get(pk=appointment.pk)
        addresses.hold(appointment.provider_id)
        return self.with_people().get(pk=appointment.pk)

    def with_told_at(self) -> Self:
        """Annotates ``told_at``: when its client was last told of its start; None for rows without such a history."""
        from appointments.models.history import HistoryEntry

        told = HistoryEntry.objects.telling_the_start().filter(appointment=OuterRef("pk"))
        return self.annotate(told_at=Subquery(told.order_by("-at").values("at")[:1]))

    def with_changed_at(self) -> Self:
        """Annotates ``changed_at``: the last time that calendars had to hear of it; None without such a history."""
        from appointments.models.history import HistoryEntry

        heard = HistoryEntry.objects.of_the_calendar().filter(appointment=OuterRef("pk"))
        return self.annotate(changed_at=Subquery(heard.order_by("-at").values("at")[:1]))

    def not_canceled_before(self, begin: datetime) -> Self:
        from appointments.models.cancellation import Cancellation

        gone = Cancellation.objects.live().filter(appointment=OuterRef("pk"), canceled_at__lt=begin)
        return self.exclude(Exists(gone))

    def with_what_followed(self) -> Self:
        """Of no-shows. Annotates ``assessed``, by the live fee, and ``came_back``: the start of the first session that
        makes up for it and to which its client came. Or None."""
        from appointments.models import aftermath
        from appointments.models.fee import Fee

        fees = Fee.objects.live().filter(appointment=OuterRef("pk"))
        back = aftermath.making_up("pk").completed().by_start()
        return self.annotate(
            assessed=Subquery(fees.values("assessed")[:1]), came_back=Subquery(back.values("start")[:1])
        )

    def with_client(self) -> Self:
        """All that a row of the provider's own list reads."""
        return self.select_related("client", "acknowledged_policy")

    def with_requests(self) -> Self:
        """Annotates ``asked_to_move``: its client was asked to pick another time and has not yet; ``asked_late``:
        they asked to cancel it late; and ``reported``: they say that the provider did not come, both unanswered."""
        from appointments.models.absence import AbsenceReport
        from appointments.models.requests import LateRequest, RescheduleRequest

        return self.annotate(
            asked_to_move=Exists(RescheduleRequest.objects.open().filter(appointment=OuterRef("pk"))),
            asked_late=Exists(LateRequest.objects.open().filter(appointment=OuterRef("pk"))),
            reported=Exists(AbsenceReport.objects.filter(appointment=OuterRef("pk"), answer="")),
        )

    def with_marks(self) -> Self:
        """Annotates ``asked_to_move``, ``fee_status``, the live fee's, and ``client_mail``, that of the client's newest
        mail about it."""
        from appointments.models.fee import Fee

        fees = Fee.objects.live().filter(appointment=OuterRef("pk"))
        return self.with_requests().annotate(
            fee_status=Subquery(fees.values("status")[:1]),
            client_mail=Subquery(_mails_to_client().values("messages__status")[:1]),
        )

    def unread(self, *, at: datetime) -> Self:
        """The client's newest mail about it did not reach them, and still matters; annotates its ``mail_id``."""
        newest = self.filter(end__gt=at - STILL_MATTERS).annotate(
            client_mail=Subquery(_mails_to_client().values("messages__status")[:1]),
            mail_id=Subquery(_mails_to_client().values("messages")[:1]),
        )
        return newest.filter(client_mail__in=MISSED)

    def with_people(self) -> Self:
        return self.select_related("client__payer", "provider__practice", "provider__user", "acknowledged_policy")

    def with_outcome(self) -> Self:
        """Live cancellation, fee and mails at hand, in a fixed number of queries."""
        from appointments.models.cancellation import Cancellation
        from appointments.models.fee import Fee

        return self.prefetch_related(
            Prefetch(
                "cancellations", Cancellation.objects.live().select_related("reason"), to_attr="live_cancellations"
            ),
            Prefetch("fees", Fee.objects.live().with_record(), to_attr="live_fees"),
        )


def _mails_to_client() -> "models.QuerySet[HistoryEntry]":
    """For a subquery on appointments: what was mailed to the client about the outer one, newest first."""
    from appointments.models.history import HistoryEntry

    about_client = Concat(Value("client:"), Cast(OuterRef("client_id"), models.CharField()))
    told = HistoryEntry.objects.filter(appointment=OuterRef("pk"), messages__about=about_client)
    return told.order_by("-messages")
