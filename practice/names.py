"""Names as they are kept, and as they are looked for."""

import unicodedata

from django.core.exceptions import ValidationError

# Letters that Unicode does not take apart; apostrophes count for nothing: O'Brien, O’Brien and OBrien are one.
ALIKE = str.maketrans({
    "ø": "o", "ł": "l", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe",
    "'": None, "’": None, "‘": None, "ʼ": None,
    "\0": None,  # PostgreSQL takes none into a query
})  # fmt: skip


def fold(text: str) -> str:
    """Case and accents stripped, so that "elodie" finds "Élodie": SQLite folds ASCII only."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(ALIKE))
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())


def one_line(name: str) -> None:
    """A name stands in subjects and senders of mail, which no line break or other control character may enter."""
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in name):
        raise ValidationError("A name is one line, without control characters.")
