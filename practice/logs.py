"""Keeps out of every log line what opens a door, link tokens and password-reset keys, and the rows of people."""

import logging
import re
import traceback

# b/<booking token>/…, i/<invitation>/, m/<manage token>/…, calendar/<feed's token>.ics, password/reset/key/<key>/;
# also as a quoted ``next`` in a query.
SECRET_PATH = re.compile(
    r"((?<![\w.-])(?:[bim]|calendar)/|%2F(?:[bim]|calendar)%2F|password(?:/|%2F)reset(?:/|%2F)key(?:/|%2F))[\w:-]{8,}",
    re.IGNORECASE,
)
# A token anywhere else, as in a mistyped address. Public ids and names of functions stay.
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LONG_TOKEN = re.compile(rf"(?<![\w-])(?!{UUID}(?![\w-]))(?=[\w-]*[A-Z0-9-])[\w-]{{32,}}", re.ASCII)
# What PostgreSQL adds of a row that it refuses: names, addresses, whole mails. In a traceback it goes on until the next
# error of the chain, which caused it or came of it.
VALUES = re.compile(r"\\nDETAIL:[^\n]*|\nDETAIL:.*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL)


def blanked(text: str) -> str:
    """``text`` with every token replaced, and without the values of rows."""
    return LONG_TOKEN.sub("[token]", SECRET_PATH.sub(r"\1[token]", VALUES.sub("", text)))


class NoTokens(logging.Filter):
    """Blanks tokens and values in a record's message, arguments, exception and stack; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):  # a wrong format string must not break the page that logs
            text = f"{record.msg} {record.args!r}"
        record.msg, record.args = blanked(text), None
        if record.exc_info and record.exc_info[0] is not None:
            # A formatter uses exc_text where it is set.
            record.exc_text = blanked("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = blanked(record.exc_text)
        if record.stack_info:
            record.stack_info = blanked(record.stack_info)
        # Django hands the request along, whose path a handler for errors would print.
        record.__dict__.pop("request", None)
        return True
