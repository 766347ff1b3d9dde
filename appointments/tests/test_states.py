"""docs/states.md says what the tables of moves say."""

from pathlib import Path

from django.conf import settings

from appointments import states


def test_the_drawn_states_are_fresh() -> None:
    assert (Path(settings.BASE_DIR) / "docs" / "states.md").read_text() == states.document(), "run `make docs`"


def test_every_move_is_drawn() -> None:
    drawing = states.document()
    assert "booked --> canceled: cancel" in drawing
    assert "to_decide --> waived: waive" in drawing
