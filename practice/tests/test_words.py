"""The catalogs hold what the code says, wholly translated, with the same names to fill in."""

import re

import pytest

from practice import words

NAMES = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_catalog_is_what_the_code_says_now(language: str) -> None:
    gathered = {(message.context, str(message.id)) for message in words.messages(words.gather(language))}
    kept = {(message.context, str(message.id)) for message in words.messages(words.read(language))}
    assert gathered - kept == set(), "new words: make words, then translate them"
    assert kept - gathered == set(), "words that nothing says any more: make words"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_nothing_is_left_untranslated(language: str) -> None:
    assert words.untranslated(words.read(language)) == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_translation_fills_in_what_its_original_does(language: str) -> None:
    for message in words.messages(words.read(language)):
        original = [message.id] if isinstance(message.id, str) else list(message.id)
        named = {name for text in original for name in NAMES.findall(text)}
        translated = [message.string] if isinstance(message.string, str) else list(message.string or [])
        for text in translated:
            found = set(NAMES.findall(text))
            assert found <= named, text
            assert named - found <= {"count"}, text
            assert "%" not in NAMES.sub("", text).replace("%%", ""), text
