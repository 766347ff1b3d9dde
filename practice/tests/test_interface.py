"""The interface's tags, rendered by the templates that pages use."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils.safestring import SafeString

from practice.templatetags import drawings

NEW_YORK = "America/New_York"
TWO_PM = datetime(2026, 3, 4, 19, 0, tzinfo=UTC)
TEN_TO_THREE = datetime(2026, 3, 4, 19, 50, tzinfo=UTC)
HALF_PAST_ELEVEN = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)
TWENTY_PAST_TWELVE = datetime(2026, 3, 4, 17, 20, tzinfo=UTC)
FIFTY_MINUTES = timedelta(minutes=50)


def render(template: str, **context: Any) -> str:
    return Template(template).render(Context(context | {"zone": NEW_YORK})).replace("\N{NO-BREAK SPACE}", " ")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@dataclass
class Line:
    now_percent: float
    passed: bool
    deadline_label: str = "Tue, Mar 3, 2:00 PM"
    now_label: str = "Now, 10:44 AM"
    sentence: str = "Jordan can cancel until Tue, Mar 3, 2:00 PM EST."


class NoteForm(forms.Form):
    note = forms.CharField(help_text="goes into the mail", widget=forms.Textarea(attrs={"placeholder": "Note"}))
    told = forms.ChoiceField(label="When did Jordan tell you?", choices=[("now", "Now")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I have read this and agree")


def test_instants_are_worded_in_the_zone_given() -> None:
    page = render("{{ at|clock:zone }} | {{ at|day:zone }} | {{ at|moment:zone }}", at=TWO_PM)

    assert page == "2:00 PM | Wed, Mar 4 | Wed, Mar 4, 2:00 PM EST"


def test_phone_and_mail_are_links() -> None:
    page = render(
        "Call {% phone_or_mail phone to subject='Tue, 2 & 3' %}.", phone="(212) 555-0100", to='"<b>"@x.example'
    )

    assert 'href="tel:2125550100">(212) 555-0100</a> or write to <a href="mailto:' in page
    assert "?subject=Tue%2C%202%20%26%203" in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("phone", "dialed"),
    [
        ("(212) 555-0100", "2125550100"),
        ("+34 91 555 01 23", "+34915550123"),
        ("(212) 555-0100 ext. 4", "2125550100;ext=4"),
        ("212-555-0100 x12", "2125550100;ext=12"),
    ],
)
def test_an_extension_is_no_part_of_the_number_that_is_dialed(phone: str, dialed: str) -> None:
    assert f'href="tel:{dialed}"' in render("{% phone_link phone %}", phone=phone)


def test_an_address_breaks_before_its_at_and_stays_text() -> None:
    assert render("{{ to|breakable }}", to="jordan.lee@example.com") == "jordan.lee<wbr>@example.com"
    assert render("{{ to|breakable }}", to='"<b>"@x.example') == "&quot;&lt;b&gt;&quot;<wbr>@x.example"


def test_an_amount_has_cents() -> None:
    assert render("{{ fee|money }}", fee=Decimal(75)) == "$75.00"


def test_the_large_time_shows_the_range() -> None:
    page = render("{% hero start end zone 'Wednesday, March 4' %}", start=TWO_PM, end=TEN_TO_THREE)

    assert words(page) == "2:00–2:50 PM Wednesday, March 4"


def test_the_large_time_over_noon_shows_the_start_and_says_the_end_below() -> None:
    page = render(
        "{% hero start end zone 'Wednesday, March 4' second='EST' struck=True %}",
        start=HALF_PAST_ELEVEN,
        end=TWENTY_PAST_TWELVE,
    )

    assert words(page) == "11:30 AM Wednesday, March 4 until 12:20 PM, EST"
    assert '<s class="struck">11:30 AM</s>' in page


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (datetime(2026, 3, 5, 4, 30, tzinfo=UTC), "11:30 PM Day until Thu, Mar 5, 12:20 AM, EST, with Maya"),
        (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), "1:30 AM Day EST, with Maya, until 3:20 AM EDT"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "1:30 AM Day EST, with Maya, until 1:20 AM EST"),
    ],
)
def test_the_large_time_s_end_names_its_day_or_its_zone_where_that_is_another(start: datetime, said: str) -> None:
    page = render("{% hero start end zone 'Day' second='EST, with Maya' %}", start=start, end=start + FIFTY_MINUTES)

    assert words(page) == said


def test_a_row_s_end_names_its_zone_after_a_clock_change() -> None:
    start = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)

    page = render("{% times start end zone %}", start=start, end=start + FIFTY_MINUTES)

    assert words(page) == "1:30 AM EST–3:20 AM EDT 1:30 AM –3:20 AM EDT"


@pytest.mark.parametrize(("kind", "state"), drawings.STATES)
def test_every_state_has_a_word_and_a_glyph(kind: str, state: str) -> None:
    page = render("{% state kind state %}", kind=kind, state=state)

    assert "<svg" in page
    assert words(page) == drawings.STATES[kind, state][0]


def test_a_state_takes_other_words_and_escapes_them() -> None:
    page = render("{% state 'mail' 'delivered' said quiet=True %}", said="Jordan & Lee: delivered")

    assert "Jordan &amp; Lee: delivered" in page
    assert 'class="state quiet ok"' in page


def test_an_icon_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        render("{% icon '../../base' %}")


def test_drawings_carry_no_inline_style() -> None:
    files = list(Path(settings.BASE_DIR, "templates", "components").rglob("*.svg"))

    assert files
    assert [path.name for path in files if "style" in path.read_text()] == []


@pytest.mark.parametrize(
    ("now", "passed", "ring_at", "shift"),
    [
        (43, False, "43.00%", "-0.0"),
        (50, False, "50.00%", "-13.0"),
        (50.5, True, "50.50%", "11.4"),
        (140, True, "100.00%", "0.0"),
    ],
)
def test_the_ring_stands_where_now_is_and_clear_of_the_deadline(
    now: float, passed: bool, ring_at: str, shift: str
) -> None:
    page = render("{% notice_line line %}", line=Line(now_percent=now, passed=passed))

    assert f'<svg x="{ring_at}" overflow="visible"><circle class="now" cx="{shift}"' in page
    assert 'aria-label="Jordan can cancel until Tue, Mar 3, 2:00 PM EST."' in page
    assert "style" not in page


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    page = render("{% field form.note label='Note to Jordan' %}", form=NoteForm({}))

    assert '<label class="field-label" for="id_note">Note to Jordan</label>' in page
    assert 'aria-describedby="id_note_helptext id_note_error"' in page
    assert 'id="id_note_helptext">goes into the mail' in page
    assert 'id="id_note_error"' in page
    assert "placeholder" not in page


def test_a_group_of_radios_is_a_fieldset_described_by_its_error() -> None:
    page = render("{% field form.told %}", form=NoteForm({}))

    assert '<fieldset class="field " id="id_told" aria-describedby="id_told_error">' in page
    assert "<legend" in page


def test_an_agreement_is_a_label_around_its_box_and_not_ticked() -> None:
    page = render("{% field form.agree look='strong' %}", form=NoteForm())

    assert '<label class="check strong"><input type="checkbox"' in page
    assert "checked" not in page


def test_the_error_summary_leads_to_each_control() -> None:
    page = render("{% errors form %}", form=NoteForm({"agree": "on"}))

    assert 'role="alert" tabindex="-1" data-error-summary' in page
    assert words(page) == (
        "2 things to correct Note: This field is required. When did Jordan tell you? This field is required."
    )
    assert 'href="#id_note"' in page
    assert 'href="#id_told_0"' in page


def test_a_refusal_is_said_in_its_own_words() -> None:
    form = NoteForm({"note": "x", "told": "now", "agree": "on"})
    form.add_error(None, "Already canceled by the office at 3:41 PM.")

    assert words(render("{% errors form %}", form=form)) == "Already canceled by the office at 3:41 PM."


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% errors form %}", form=NoteForm()).strip() == ""


def test_a_notice_keeps_its_markup_and_escapes_its_title() -> None:
    page = render("{% notice 'wait' title role='status' %}Until <b>{{ title }}</b>{% endnotice %}", title="3 < 4")

    assert "<strong>3 &lt; 4</strong><div>Until <b>3 &lt; 4</b></div>" in page
    assert 'role="status"' in page


def test_captured_text_is_escaped_once() -> None:
    page = render("{% capture as said %} {{ name }} {% endcapture %}[{{ said }}]", name="Lee & Co")

    assert page == "[Lee &amp; Co]"


@pytest.mark.django_db
def test_the_pager_keeps_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/appointments/?q=lee&page=2")
    request.user = AnonymousUser()
    page = Template("{% pager page %}").render(RequestContext(request, {"page": Paginator(range(90), 30).page(2)}))

    assert 'rel="prev" href="?q=lee&amp;page=1"' in page
    assert 'rel="next" href="?q=lee&amp;page=3"' in page
    assert "Page 2 of 3" in words(page)


def test_copy_link_shows_the_link_and_hides_the_button_until_it_works() -> None:
    page = render("{% copy_link url 'Jordan’s booking link' 'Copied.' %}", url="https://a.example/b/x/")

    assert '<input id="booking-link" type="text" value="https://a.example/b/x/" readonly>' in page
    assert 'data-copy-from="booking-link" data-copy-says="Copied." hidden>' in page
    assert 'id="booking-link-said" role="status"' in page


def test_icons_are_read_once() -> None:
    assert isinstance(drawings.icon("check"), SafeString)
    assert drawings.icon("check") is drawings.icon("check")
