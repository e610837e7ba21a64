"""Descriptions of containers and of dataclasses: a few of their items, without the values of denied names."""

from __future__ import annotations

import collections
import itertools

from .bare import CLASS_DICT, MRO, attributes_of, defined, entry, is_a, is_text
from .bare import module_of, name_of, qualname_of, slot, text
from .fields import NAMES, VALUES, last_word
from .secrets import FILTERED, denied
from .values import Values, describes

ITEMS = 20
WIDE = 512  # characters of items, past which no more are described
BRACKETS = ((dict, "{}"), (list, "[]"), (tuple, "()"), (set, "{}"), (frozenset, "{}"), (collections.deque, "[]"))
VIEWS = tuple(map(type, ({}.keys(), {}.values(), {}.items())))
MISSING = object()


@describes(*(base for base, _ in BRACKETS))
def container(values: Values, value, kind: type, depth: int) -> str:
    base, (opening, closing) = next((b, brackets) for b, brackets in BRACKETS if is_a(kind, b))
    length = base.__len__(value)  # and not what a __len__ of a subclass says
    if not length:
        body = ""
    elif not depth:
        body = "…"
    elif base is dict:
        body = pairs(values, dict.items(value), length, depth - 1)
    else:
        fields = defined(kind, "_fields") if base is tuple else None
        items = list(itertools.islice(base.__iter__(value), ITEMS))
        if type(fields) is tuple and len(fields) == length <= ITEMS and all(type(field) is str for field in fields):
            body = pairs(values, zip(fields, items), length, depth - 1)
        else:
            body = listed(values, items, length, depth - 1) + ("," if base is tuple and length == 1 else "")
    return f"{opening}{body}{closing}" if kind is base else f"{name_of(kind)}({opening}{body}{closing})"


@describes(*VIEWS)
def view(values: Values, value, kind: type, depth: int) -> str:
    items = list(itertools.islice(iter(value), ITEMS)) if depth else []
    return f"{name_of(kind)}([{listed(values, items, len(value), depth - 1)}])"


@describes(object)
def thing(values: Values, value, kind: type, depth: int) -> str:
    """An object of which no more than its class is known, unless it is a dataclass."""
    fields = defined(kind, "__dataclass_fields__")
    if type(fields) is not dict or not depth:
        return f"<{module_of(kind)}.{qualname_of(kind)} object>"
    own = attributes_of(value)
    found = [(name, field_of(value, kind, own, name)) for name in itertools.islice(fields, ITEMS) if type(name) is str]
    found = [item for item in found if item[1] is not MISSING]
    return f"{name_of(kind)}({pairs(values, found, len(found), depth - 1)})"


def field_of(value, kind: type, own: dict, name: str):
    found = entry(own, name, MISSING)
    for base in MRO(kind) if found is MISSING else ():
        if name in CLASS_DICT(base):
            return slot(value, base, name, MISSING)
    return found


def pairs(values: Values, items, length: int, depth: int) -> str:
    items = list(itertools.islice(items, ITEMS))
    # {"name": "token", "value": …}
    hidden = any(last_word(names(k)[0]) in NAMES and any(map(denied, names(v))) for k, v in items)
    parts = []
    for key, value in items:
        known = names(key)
        if any(map(denied, known)) or hidden and last_word(known[0]) in VALUES:
            part = FILTERED
        else:
            part = values.repr(value, depth)
        parts.append(f"{values.repr(key, 0)}: {part}")
        if full(values, parts):
            break
    return joined(parts, length)


def listed(values: Values, items: list, length: int, depth: int) -> str:
    named = length == 2 and any(map(denied, names(items[0])))  # ("password", "…")
    parts = []
    for item in items:
        parts.append(FILTERED if named and parts else values.repr(item, depth))
        if full(values, parts):
            break
    return joined(parts, length)


def full(values: Values, parts: list) -> bool:
    return sum(map(len, parts)) > WIDE or values.turn.over()


def joined(parts: list, length: int) -> str:
    return ", ".join(parts if len(parts) == length else [*parts, "…"])


def names(key) -> tuple:
    """What a key may be called: an enum's member has a name and a value."""
    kind = type(key)
    if kind is str:
        return (key[:200],)
    if is_a(kind, bytes):
        return (bytes.__getitem__(key, slice(200)).decode("latin-1"),)
    own = attributes_of(key)
    found = (entry(own, "_name_"), entry(own, "_value_")) if is_enum(kind) else (key,)
    return tuple(text(name, 200) for name in found if is_text(name)) or ("",)


def is_enum(kind: type) -> bool:
    return type(defined(kind, "_member_map_")) is dict
