"""Words that mail and calendar never carry: a shared inbox must not tell what kind of care someone gets."""

import re

from django.core.exceptions import ValidationError

CLINICAL_WORDS = (
    "addiction", "anxiety", "bipolar", "clinic", "clinical", "counseling", "counselor", "depression", "diagnosis",
    "disorder", "LCSW", "LMFT", "LMHC", "LPC", "medication", "mental", "Medicaid", "patient", "PhD", "PMHNP",
    "psychiatric", "psychiatrist", "psychiatry", "psychologist", "psychology", "PsyD", "psychotherapist",
    "psychotherapy", "therapist", "therapy", "trauma", "treatment",
)  # fmt: skip


OPEN_PAGE = "The booking page opens without signing in"


def check(text: str, *, also: str, where: str) -> None:
    """Raises a ValidationError that names the first such word; ``where`` says who would read it."""
    if found := clinical_words(text, also=also):
        raise ValidationError(f"{where}, so it can’t carry “{found[0]}”.")


def clinical_words(text: str, *, also: str = "") -> list[str]:
    """The words of the built-in list, and of ``also`` (one a line), that stand in ``text`` as whole words."""
    words = [*CLINICAL_WORDS, *(line.strip() for line in also.splitlines() if line.strip())]
    return [word for word in words if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
