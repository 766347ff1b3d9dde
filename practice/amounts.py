"""Amounts of money: as people read them, always with cents, and shares of them."""

from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")


def money(amount: Decimal) -> str:
    """``$75.00``. Every currency that a practice may choose is written with a dollar sign."""
    return f"${amount:,.2f}"


def share(amount: Decimal, percent: int) -> Decimal:
    """Rounded to cents, half to even, so that over many fees rounding favors neither side."""
    return (amount * percent / 100).quantize(CENT, rounding=ROUND_HALF_EVEN)
