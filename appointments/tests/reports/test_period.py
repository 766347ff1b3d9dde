"""Days, weeks and months by a clock that changes."""

from datetime import UTC, date, datetime, timedelta

from appointments.reports.period import Period

NEW_YORK = "America/New_York"


def test_both_days_are_in_it_and_nothing_else() -> None:
    period = Period(date(2026, 2, 2), date(2026, 2, 8), NEW_YORK)
    assert (period.begin, period.end) == (datetime(2026, 2, 2, 5, tzinfo=UTC), datetime(2026, 2, 9, 5, tzinfo=UTC))
    assert period.days == 7


def test_a_day_on_which_the_clock_changes_has_its_own_length() -> None:
    spring, autumn = (Period(day, day, NEW_YORK) for day in (date(2026, 3, 8), date(2026, 11, 1)))
    assert [one.end - one.begin for one in (spring, autumn)] == [timedelta(hours=23), timedelta(hours=25)]


def test_ninety_days_until_today_have_today_among_them() -> None:
    period = Period.until(date(2026, 3, 3), days=90, zone=NEW_YORK)
    assert (period.first, period.last, period.days) == (date(2025, 12, 4), date(2026, 3, 3), 90)
    assert period.words.replace("\N{NO-BREAK SPACE}", " ") == "December 4, 2025 – March 3, 2026"


def test_a_quarter_goes_by_weeks_from_monday_that_may_begin_before_it() -> None:
    period = Period(date(2025, 12, 31), date(2026, 1, 13), NEW_YORK)
    assert period.step == "week"
    assert period.steps == [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)]


def test_a_year_goes_by_months() -> None:
    period = Period(date(2025, 11, 30), date(2026, 11, 1), NEW_YORK)
    assert period.step == "month"
    assert (period.steps[0], period.steps[-1], len(period.steps)) == (date(2025, 11, 1), date(2026, 11, 1), 13)
