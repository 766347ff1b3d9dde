"""Words in other languages: gathered from the code into ``practice/locale/<language>.po``, compiled for use.

Only what a client may read is marked for translation; the provider's portal and the admin speak English.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "practice" / "locale"
LANGUAGES = sorted(path.stem for path in WORDS.glob("*.po"))
MARKS = dict.fromkeys(["_", "gettext", "gettext_lazy", "later", "noop", "ngettext", "pgettext", "npgettext"])
HEADER = "# Written by `make words`; translated by hand."
NOT_READ = {"tests", "migrations", "admin", "bench", "management"}


def read(language: str) -> Catalog:
    with (WORDS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def compile_into(folder: Path) -> None:
    """Write what Django reads, ``<folder>/<language>/LC_MESSAGES/django.mo``, for every language."""
    for language in LANGUAGES:
        made = folder / language / "LC_MESSAGES" / "django.mo"
        made.parent.mkdir(parents=True, exist_ok=True)
        aside = made.with_suffix(".new")
        with aside.open("wb") as file:
            write_mo(file, read(language))
        aside.replace(made)


def gather(language: str) -> Catalog:
    """The language's catalog, with what the code says now: new words empty, old ones gone."""
    found = Catalog(
        locale=language, charset="utf-8", fuzzy=False, header_comment=HEADER, creation_date=read(language).creation_date
    )
    for path in sources():
        for _line, function, said, _comments in extract_python(source_of(path), MARKS, [], {}):
            parts = [part for part in ([said] if isinstance(said, str) else said) if part]
            if not parts:  # a name that stands for words marked elsewhere
                continue
            context = parts.pop(0) if function in {"pgettext", "npgettext"} else None
            text = parts[0] if len(parts) == 1 else (parts[0], parts[1])
            found.add(text, context=context, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    kept = read(language)
    for message in messages(found):
        if was := kept.get(message.id, context=message.context):
            message.string = was.string
    return found


def messages(catalog: Catalog) -> list[Message]:
    """All but its header."""
    return [message for message in catalog if isinstance(message, Message) and message.id]


def untranslated(catalog: Catalog) -> list[str]:
    """The words in English that have no translation, or not every plural of it."""
    lacking = [
        each
        for each in messages(catalog)
        if not (each.string if isinstance(each.string, str) else all(each.string or [""]))
    ]
    return [each.id if isinstance(each.id, str) else each.id[0] for each in lacking]


def update(language: str) -> None:
    gathered = gather(language)  # before the file is opened to write, which empties it
    with (WORDS / f"{language}.po").open("wb") as file:
        write_po(file, gathered, omit_header=False, include_lineno=False, width=120, sort_by_file=True)


def sources() -> Iterator[Path]:
    for app in ("notifications", "practice", "clients", "appointments"):
        found = sorted((ROOT / app).rglob("*.py"))
        yield from (path for path in found if not NOT_READ & set(path.relative_to(ROOT).parts))
    yield from sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


def source_of(path: Path) -> BytesIO:
    """Its text as Python that marks the same words."""
    from django.utils.translation.template import templatize  # late: compiling must work without settings

    text = path.read_text()
    if path.suffix != ".py":
        marked = templatize(text, origin=str(path))
        text = "\n".join(line.strip() for line in marked.splitlines())  # a template's indents are not Python's
    return BytesIO(text.encode())
