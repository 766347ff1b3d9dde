"""What the demo practice's people have written to each other."""

from datetime import datetime, timedelta
from typing import Final

from clients import messages
from clients.links import booking_url
from clients.models import CareRelationship
from practice.actors import Actor
from practice.models import Provider

CLIENT, PROVIDER = True, False
# By the client's mail name: who wrote, how many hours ago, and what. The last of each may be unread.
THREADS: Final[dict[str, list[tuple[bool, float, str]]]] = {
    "jordan.lee": [
        (
            PROVIDER,
            24 * 9,
            "Hello Jordan, here is the worksheet we spoke of: https://library.alderstreet.example/sleep",
        ),
        (CLIENT, 24 * 8.5, "Thank you, Maya. I have started with the first page."),
        (CLIENT, 50, "My week has changed again.\nMay I write to you on Monday about the times in April?"),
        (PROVIDER, 47, "Of course. Or take any time that suits you:\n\n{link}"),
        (CLIENT, 2, "Found one, thank you. See you then."),
    ],
    "priya.natarajan": [
        (CLIENT, 30, "Is the door code still the same?"),
        (PROVIDER, 28, "It is not: call me from downstairs, and I let you in."),
    ],
    "elena.petrova": [
        (PROVIDER, 19, "Elena, I had to cancel Thursday. Any time next week works for me:\n\n{link}"),
    ],
    "hannah.weiss": [
        (CLIENT, 26, "Could you send me a receipt for February?"),
        (CLIENT, 25, "Two, in fact: January as well."),
    ],
}


def write(maya: Provider, *, at: datetime) -> None:
    for name, lines in THREADS.items():
        care = CareRelationship.objects.with_people().get(provider=maya, client__email=f"{name}@example.com")
        for by_client, hours_ago, text in lines:
            by = Actor.client(care.client.user_id) if by_client else Actor.provider(maya.user_id)
            words = text.replace("{link}", booking_url(care))
            messages.send(care, by=by, text=words, at=at - timedelta(hours=hours_ago))
