"""Clinical words are found as whole words, in any case."""

from practice import discretion


def test_whole_words_are_found_in_any_case() -> None:
    assert discretion.clinical_words("Your THERAPY session") == ["therapy"]
    assert discretion.clinical_words("Maya Chen, LCSW") == ["LCSW"]
    assert discretion.clinical_words("A treaty about clinics of Clint") == []


def test_the_practice_adds_its_own() -> None:
    assert discretion.clinical_words("Alder Street recovery", also="recovery\n\n") == ["recovery"]
