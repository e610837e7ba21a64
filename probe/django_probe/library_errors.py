"""Texts of exceptions whose __str__ asks more than attributes, or is that of C: as their libraries print them."""

from __future__ import annotations

import itertools

from .bare import CLASS_DICT, MRO, attributes_of, entry, is_a, is_text, name_of, slot, text
from .exception_texts import LIBRARIES, base_text, unicode_error
from .percent import fill
from .values import Values


def prints(module: str, name: str):
    def register(function):
        LIBRARIES[module, name] = function
        return function

    return register


@prints("django.core.exceptions", "ValidationError")
def validation_error(e: BaseException, values: Values, depth: int) -> str:
    by_field = entry(attributes_of(e), "error_dict")
    if not is_a(type(by_field), dict):
        return values.repr(messages_of(entry(attributes_of(e), "error_list"), values), depth)
    fields = itertools.islice(dict.items(by_field), 20)
    return values.repr({text(field): messages_of(errors, values) for field, errors in fields if is_text(field)}, depth)


def messages_of(errors, values: Values) -> list:
    messages = []
    for error in itertools.islice(list.__iter__(errors), 20) if is_a(type(errors), list) else ():
        own = attributes_of(error)
        message, params = values.text(entry(own, "message")), entry(own, "params")
        try:
            messages.append(fill(message, params, values) if is_a(type(params), dict) else message)
        except (TypeError, ValueError):
            messages.append(message)
    return messages


@prints("django.utils.encoding", "DjangoUnicodeDecodeError")
def django_unicode_error(e: BaseException, values: Values, depth: int) -> str:
    given = entry(attributes_of(e), "_obj", entry(attributes_of(e), "obj", slot(e, UnicodeDecodeError, "object")))
    kind = type(given)
    return f"{unicode_error(e, values, depth)}. You passed in {values.repr(given, 0)} ({values.repr(kind, 0)})"


@prints("http.client", "IncompleteRead")
def incomplete_read(e: BaseException, values: Values, depth: int) -> str:
    partial, expected = (entry(attributes_of(e), name) for name in ("partial", "expected"))
    read = bytes.__len__(partial) if is_a(type(partial), bytes) else 0
    more = "" if expected is None else f", {values.repr(expected, 0)} more expected"
    return f"{name_of(type(e))}({read} bytes read{more})"


@prints("pydantic_core._pydantic_core", "ValidationError")
def pydantic_error(e: BaseException, values: Values, depth: int) -> str:
    """Its first line: the others have the values that were refused."""
    owner = next(base for base in MRO(type(e)) if "error_count" in CLASS_DICT(base))
    title, count = slot(e, owner, "title"), CLASS_DICT(owner)["error_count"](e)
    return f"{count} validation error{'s' if count != 1 else ''} for {text(title, 200) if is_text(title) else '?'}"


@prints("ssl", "SSLError")
def ssl_error(e: BaseException, values: Values, depth: int) -> str:
    reason = slot(e, OSError, "strerror")
    return text(reason) if is_text(reason) else base_text(e, values, depth)
