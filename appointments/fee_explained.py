"""Why a fee is what it is, line by line: the same on receipts, in the export and in what a billing system is told."""

from appointments import fee_words
from appointments.models import Fee
from practice.actors import ActorKind


def lines(fee: Fee, *, reader: ActorKind, zone: str) -> list[str]:
    """To a client they name no person and no payer. The fee with its appointment, people, cancellation and policy."""
    story = fee_words.story_of_fee(fee, zone=zone)
    return [fee_words.for_client(story) if reader == ActorKind.CLIENT else fee_words.for_provider(story)]
