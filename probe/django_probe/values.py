"""Descriptions of values. A repr may ask the database, take for ever or fill the memory: none of the project's is
called."""

import collections
import datetime
import decimal
import itertools
import pathlib
import re
import sys
import types
import uuid

from .secrets import FILTERED, denied, scrub

SAFE = {type(None), bool, float, complex, type(...), type(NotImplemented), range, slice, uuid.UUID, decimal.Decimal}
SAFE |= {datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone}
SAFE |= {pathlib.PosixPath, pathlib.WindowsPath, pathlib.PurePosixPath, re.Pattern}
CONTAINERS = {dict: "{}", list: "[]", tuple: "()", set: "{}", frozenset: "{}", collections.deque: "[]"}


def safely(value) -> str:
    try:
        return describe(value)[:512]
    except Exception:
        return "<not to be described>"


def attributes_of(value) -> dict:
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}


def describe(value, depth: int = 4) -> str:
    """A bounded repr, made without a method of the value's own class."""
    kind = type(value)
    bases = kind.__mro__
    if kind in SAFE:
        return repr(value) if kind is uuid.UUID else scrub(repr(value)[:2048])
    if str in bases:
        return repr(scrub(str.__getitem__(value, slice(2048)))[:400])
    if bytes in bases or bytearray in bases:
        return scrub(repr(bytes(value[:400])))
    if int in bases:
        bits = int.bit_length(value)
        return scrub(int.__repr__(value)) if bits < 512 else f"<int of {bits} bits>"
    for base, (opening, closing) in CONTAINERS.items():
        if base in bases:
            body = "…" if not depth and base.__len__(value) else describe_items(value, kind, base, depth - 1)
            return f"{opening}{body}{closing}" if kind is base else f"{kind.__name__}({opening}{body}{closing})"
    own = attributes_of(value)
    if "django.db.models.base" in sys.modules and sys.modules["django.db.models.base"].Model in bases:
        key = kind._meta.pk.attname
        return f"<{kind._meta.label} pk={FILTERED if denied(key) else safely(own.get(key))}>"
    names = {base.__name__ for base in bases}
    if "QuerySet" in names and "model" in own:
        return f"<{kind.__name__} of {own['model'].__qualname__}>"
    if "HttpRequest" in names:
        return scrub(f"<{kind.__name__}: {own.get('method')} {str(own.get('path'))[:200]!r}>")
    if BaseException in bases:
        return f"{kind.__name__}({describe(value.args, depth - 1)[1:-1].rstrip(',')})"
    if type in bases or kind in (types.FunctionType, types.MethodType, types.ModuleType, types.BuiltinFunctionType):
        name = getattr(value, "__qualname__", None) or value.__name__
        if type not in bases:
            return f"<{kind.__name__} {name}>"
        return f"<class '{name}'>" if value.__module__ == "builtins" else f"<class '{value.__module__}.{name}'>"
    if depth and any("__dataclass_fields__" in base.__dict__ for base in bases):
        return f"{kind.__name__}({describe_items(own, dict, dict, depth - 1)})"
    return f"<{kind.__module__}.{kind.__qualname__} object>"


def describe_items(value, kind, base, depth: int) -> str:
    parts, size = [], 0
    fields = getattr(kind, "_fields", ()) if base is tuple else ()
    items = list(itertools.islice(dict.items(value) if base is dict else base.__iter__(value), 20))
    if fields and len(fields) == len(items):
        base, items = dict, list(zip(fields, items))
    for item in items:
        if size > 512:
            break
        if base is dict:
            key, inner = item
            inner = FILTERED if type(key) is str and denied(key) else describe(inner, depth)
            part = f"{describe(key, 0)}: {inner}"
        elif len(items) == 2 and parts and type(items[0]) is str and denied(items[0]):
            part = FILTERED  # ("password", "…")
        else:
            part = describe(item, depth)
        parts.append(part)
        size += len(part)
    if len(parts) < len(value if kind is dict else items) or len(items) == 20:
        parts.append("…")
    return ", ".join(parts) + ("," if base is tuple and len(parts) == 1 else "")
