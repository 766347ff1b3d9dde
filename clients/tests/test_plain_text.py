"""What people write is shown whole, and whole addresses are links."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.plain_text import linked


def links(text: str) -> list[str]:
    return re.findall(r'<a href="([^"]*)" rel="nofollow noopener noreferrer">\1</a>', linked(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://a.example/b.", ["https://a.example/b"]),
        ("(https://a.example/b).", ["https://a.example/b"]),
        ("https://a.example/b_(c)", ["https://a.example/b_(c)"]),
        ("HTTP://a.example, https://b.example?x=1&y=2!", ["HTTP://a.example", "https://b.example?x=1&amp;y=2"]),
        ("“https://a.example/”", ["https://a.example/"]),
        ("a.example www.a.example me@a.example javascript:alert(1) ftp://a.example data:text/html,x", []),
        ("https:// http://", []),
    ],
)
def test_only_whole_web_addresses_are_links(text: str, found: list[str]) -> None:
    assert links(text) == found


@given(st.text(alphabet=st.sampled_from("ab<>&\"'().,!]["), max_size=30), st.text(max_size=30))
def test_nothing_of_what_was_written_is_lost_or_obeyed(odd: str, text: str) -> None:
    written = f"{text} https://a.example/{odd} {odd}http://b{odd}"
    html = linked(written)
    assert unescape(re.sub(r"</?a\b[^>]*>", "", html)) == unescape(written.replace("&", "&amp;"))
    assert set(re.findall(r"<(/?\w+)", html)) <= {"a", "/a"}
