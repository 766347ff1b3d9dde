"""Why a fee is what it is, line by line: the same on receipts, in the export and in what a billing system is told."""

from appointments import fee_steps, fee_words
from appointments.models import Fee
from practice.actors import ActorKind


def lines(fee: Fee, *, reader: ActorKind, zone: str) -> list[str]:
    """The sentence, then the steps behind it. To a client they name no person and no payer.

    The fee with its appointment, people, cancellation and policy.
    """
    story = fee_words.story_of_fee(fee, zone=zone)
    sentence = fee_words.for_client(story) if reader == ActorKind.CLIENT else fee_words.for_provider(story)
    return [sentence, *map(str, fee_steps.of_fee(fee, reader=reader, zone=zone))]
