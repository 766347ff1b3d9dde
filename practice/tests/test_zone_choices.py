"""The list of time zones in a form, drawn at once."""

import pytest
from django.forms import ChoiceField, Select
from django.test.html import parse_html

from practice.zone_choices import ZoneSelect, grouped


@pytest.mark.parametrize("zone", ["America/New_York", "America/Sao_Paulo", "US/Eastern", "Mars/<Olympus>", None])
def test_it_is_what_django_would_draw(zone: str | None) -> None:
    drawn = [
        ChoiceField(choices=grouped(zone or ""), widget=widget).widget.render(
            "zone", zone, {"id": "id_zone", "required": True}
        )
        for widget in (ZoneSelect, Select)
    ]
    assert parse_html(drawn[0]) == parse_html(drawn[1])
    assert drawn[0].count(" selected") == (zone is not None)
