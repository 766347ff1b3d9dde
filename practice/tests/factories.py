"""People who give care, ready to be booked."""

from datetime import UTC, datetime, time
from typing import Any

from allauth.mfa.models import Authenticator
from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

from practice import policies
from practice.fee_terms import Terms
from practice.models import Provider, User, WeeklyHours

PASSWORD = "practice-demo"
LONG_AGO = datetime(2025, 1, 6, 15, tzinfo=UTC)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.com")
    password = Password(PASSWORD)

    @post_generation  # type: ignore[untyped-decorator]
    def second_step(self: User, create: bool, wanted: bool | None, **kwargs: Any) -> None:
        """Staff have one, as the office's pages ask for it."""
        if create and (self.is_staff if wanted is None else wanted):
            Authenticator.objects.create(user=self, type=Authenticator.Type.TOTP, data={"secret": "sealed"})


class ProviderFactory(DjangoModelFactory[Provider]):
    class Meta:
        model = Provider
        skip_postgeneration_save = True

    user = SubFactory(UserFactory)
    practice_id = 1
    display_name = Sequence(lambda n: f"Robin Hale{n}")
    credentials = "LCSW"
    phone = "(212) 555-0186"
    time_zone = "America/New_York"
    address = "12 Alder Street, New York"
    offers_in_person = True


def make_provider(*, terms: Terms | None = None, **fields: Any) -> Provider:
    """With weekdays 9 to 5 and a first policy ($75.00 inside 24 hours unless told otherwise) since long ago."""
    provider = ProviderFactory.create(**fields)
    settled = policies.settled(terms or policies.defaults(provider.practice), provider=provider)
    policies.row(settled, provider=provider, effective_at=LONG_AGO).save()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(provider=provider, weekday=weekday, begins=time(9), ends=time(17)) for weekday in range(5)
    )
    return provider
