"""Pending fees: they come to nothing by themselves, or are due in the end. Judged by the rows as they are.

Nothing that books or marks a session need know of it, and whatever was missed is found the next time.
"""

import logging
from datetime import datetime

from appointments import fees
from appointments.assessments import NoFee
from appointments.models import Fee

logger = logging.getLogger(__name__)


def weigh(*, at: datetime) -> int:
    """Melt what can melt, then make due what is ripe; returns how many moved.

    Each in a transaction of its own, so that any number of workers may do this at once.
    """
    moved = sum(_melt(fee, NoFee.FILLED, at=at) for fee in Fee.objects.filled())
    moved += sum(_melt(fee, NoFee.REBOOKED, at=at) for fee in Fee.objects.rebooked())
    return moved + sum(_ripen(fee, at=at) for fee in Fee.objects.ripe(at=at))


def _melt(fee: Fee, why: NoFee, *, at: datetime) -> bool:
    try:
        return fees.melt(fee, why=why, at=at)
    except Exception as error:  # whatever it is, the others' turn has come too
        logger.error("Melting fee %d: %s", fee.pk, type(error).__name__)
        return False


def _ripen(fee: Fee, *, at: datetime) -> bool:
    try:
        return fees.ripen(fee, at=at)
    except Exception as error:
        logger.error("Ripening fee %d: %s", fee.pk, type(error).__name__)
        return False
