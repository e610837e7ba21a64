"""Messages of exceptions and of log records."""

from __future__ import annotations

import datetime
import decimal
import enum
import itertools
import uuid

from .bare import attribute, attributes_of, entry, is_a, is_text, text
from .budget import OMITTED, Turn
from .django_values import is_lazy
from .exception_texts import text_of
from .groups import is_group, message_of
from .percent import fill
from .secrets import scrub
from .values import DEEP, Values

MOST = 1024  # characters of a message
UNSCRUBBED = 4 * MOST
# What an attribute may be that is taken for the message, and what of that is as good as none: bool() is not called.
TELLING = (str, dict, list, tuple, int, float, decimal.Decimal, uuid.UUID, datetime.date, enum.Enum, BaseException)
EMPTY = ("{}", "[]", "()", "0", "0.0", "False")


def exception_value(e: BaseException, turn: Turn) -> str:
    """Its message, as Sentry's SDK has it: its attribute message or detail, else what str() would say."""
    if turn.over():
        return OMITTED
    try:
        values = Values(turn, MOST)
        return shown(message_of(e) if is_group(e) else attribute_text(e, values) or text_of(e, values, DEEP))
    except Exception:
        return "<not to be described>"


def attribute_text(e: BaseException, values: Values) -> str:
    for name in ("message", "detail"):
        value = attribute(e, name)
        kind = type(value)
        if any(is_a(kind, base) for base in TELLING) or is_lazy(kind):
            written = values.text(value)
            if written and (is_text(value) or written not in EMPTY):
                return written
    return ""


def notes_of(e: BaseException, turn: Turn) -> list:
    notes = entry(attributes_of(e), "__notes__")
    base = next((base for base in (list, tuple) if is_a(type(notes), base)), None)
    if base is None:
        return []
    found = [shown(text(note, UNSCRUBBED)) for note in itertools.islice(base.__iter__(notes), 10) if is_text(note)]
    return [] if turn.over() else found


def log_fields(record, turn: Turn) -> dict:
    """Logger, level, message and its format."""
    own = attributes_of(record)
    logger, level = (text(v, 200) if is_text(v) else "" for v in (entry(own, "name"), entry(own, "levelname")))
    message, template = (OMITTED, OMITTED) if turn.over() else log_message(own, turn)
    return {"logger": logger, "level": level.lower(), "message": message, "format": template}


def log_message(own: dict, turn: Turn) -> tuple:
    """The message with its arguments, and without. getMessage() would ask the arguments for their texts."""
    try:
        values = Values(turn, MOST)
        template, args = values.text(entry(own, "msg")), entry(own, "args")
        message = template
        if not any(is_a(type(args), base) and not base.__len__(args) for base in (tuple, dict)) and args is not None:
            try:
                message = fill(template, args, values)
            except (TypeError, ValueError):
                pass  # the arguments do not fit: the format alone
        return shown(message), shown(template)
    except Exception:
        return "<not to be described>", ""


def shown(message: str) -> str:
    return scrub(message[:UNSCRUBBED])[:MOST]
