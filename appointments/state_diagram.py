"""Draws the tables of moves as diagrams, so that docs/states.md can't differ from the code."""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices

from appointments.rules import FEE_MOVES, MOVES, FeeStatus, Status

State = TypeVar("State", bound=TextChoices)

HEAD = """# States

Drawn from the tables of moves in `appointments/rules.py` by `make docs`; a test holds it fresh.
"""


def document() -> str:
    return "\n".join(
        [
            HEAD,
            diagram("An appointment", MOVES, begins=Status.BOOKED),
            diagram("A fee", FEE_MOVES, begins=FeeStatus.TO_DECIDE),
        ]
    )


def diagram(title: str, moves: Mapping[tuple[State, str], State], *, begins: State) -> str:
    """One Mermaid state diagram, moves in the table's order."""
    lines = [f"    {before.value} --> {after.value}: {act}" for (before, act), after in moves.items()]
    return "\n".join(
        [f"## {title}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {begins.value}", *lines, "```", ""]
    )
