"""Amounts of money as people read them: always with cents."""

from decimal import Decimal


def money(amount: Decimal) -> str:
    """``$75.00``. Every currency that a practice may choose is written with a dollar sign."""
    return f"${amount:,.2f}"
