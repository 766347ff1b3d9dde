"""docs/states.md says what the tables of moves say."""

from pathlib import Path

from django.conf import settings

from appointments import state_diagram


def test_the_drawn_states_are_fresh() -> None:
    assert (Path(settings.BASE_DIR) / "docs" / "states.md").read_text() == state_diagram.document(), "run `make docs`"


def test_every_move_is_drawn() -> None:
    drawing = state_diagram.document()
    assert "booked --> canceled: cancel" in drawing
    assert "to_decide --> waived: waive" in drawing
