"""Messages, as the tests of their pages write them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from clients import messages
from clients.models import CareRelationship, Message
from practice.actors import Actor

Write = Callable[..., Message]


@pytest.fixture
def write(care: CareRelationship, now: datetime) -> Write:
    """``write("words", ago=…, by_client=…)``"""

    def written(
        words: str, *, by_client: bool = False, ago: timedelta = timedelta(), to: CareRelationship = care
    ) -> Message:
        by = Actor.client(to.client.user_id) if by_client else Actor.provider(to.provider.user_id)
        return messages.send(to, by=by, text=words, at=now - ago)

    return written
