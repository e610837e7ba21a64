"""The % of texts, with descriptions in place of arguments that could run the project's code."""

from __future__ import annotations

import decimal
import itertools
import re

from .bare import is_a, is_text, text
from .values import Values

DIRECTIVE = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[#0 +-]*)(?P<width>\d+|\*)?(?:\.(?P<precision>\d*|\*))?[hlL]?"
    r"(?P<kind>[diouxXeEfFgGcrsa%])"
)
WIDEST, FINEST = 1000, 100  # width and precision
MOST = 4096  # characters


class Plain(str):
    """A text that stands for a value: what its str() would say, and its repr()."""

    def __new__(cls, values: Values, value) -> Plain:
        self = str.__new__(cls, values.text(value)[:MOST])
        self.quoted = values.repr(value)
        return self

    def __str__(self) -> str:
        return str.__getitem__(self, slice(None))

    def __repr__(self) -> str:
        return self.quoted


def plain(values: Values, value):
    """A copy that is safe to format: of Python's own numbers and texts, or a text that describes."""
    kind = type(value)
    if kind is bool or kind is float or value is None or kind is int and int.bit_length(value) < 512:
        return value
    if kind is tuple:
        return tuple(plain(values, item) for item in value[:20])
    return Plain(values, value)


def number_of(value):
    """The number that a value is, for %d and the like, else None."""
    kind = type(value)
    if is_a(kind, int):
        return int.__add__(value, 0) if int.bit_length(value) < 512 else None
    if is_a(kind, float):
        return float.__add__(value, 0.0)
    if is_a(kind, decimal.Decimal) and decimal.Decimal.__sizeof__(value) < 1000:
        return decimal.Decimal(decimal.Decimal.__str__(value))
    return None


def fill(template: str, args, values: Values) -> str:
    """template % args, of at most MOST characters. TypeError or ValueError where Python raises one as well."""
    named = is_a(type(args), dict)
    keys = {text(k, 200): v for k, v in itertools.islice(dict.items(args), 200) if is_text(k)} if named else {}
    given = list(tuple.__iter__(args)) if is_a(type(args), tuple) else [args]
    given.reverse()
    written, done, size, keyed = [], 0, 0, False
    for directive in iter(lambda: DIRECTIVE.search(template, done), None):
        keyed = keyed or directive["key"] is not None
        piece = filled(directive, keys, given, values)
        written += template[done : directive.start()], piece
        size += directive.start() - done + len(piece)
        done = directive.end()
        if size > MOST:
            return "".join(written)[:MOST]
    if "%" in template[done:]:
        raise ValueError("incomplete format")
    if given and not named:
        raise TypeError("not all arguments converted")
    return ("".join(written) + template[done:])[:MOST]


def filled(directive, keys: dict, given: list, values: Values) -> str:
    kind = directive["kind"]
    if kind == "%":
        return "%"
    width, precision = (size_of(directive[part], given) for part in ("width", "precision"))
    if directive["key"] is None:
        value = taken(given)
    elif directive["key"] in keys:
        value = keys[directive["key"]]
    else:
        raise TypeError("no such key")
    flags = directive["flags"] + ("-" if width and width < 0 else "")
    wide = str(min(abs(width), WIDEST)) if width else ""
    number = number_of(value) if kind in "diouxXeEfFgGc" else None
    if number is not None:
        fine = f".{min(max(precision, 0), FINEST)}" if precision is not None else ""
        return f"%{flags}{wide}{fine}{kind}" % number
    described = values.repr(value) if kind in "ra" else values.text(value)
    if kind == "a":
        described = described.encode("ascii", "backslashreplace").decode()
    if precision is not None and kind in "rsa":
        described = described[: max(precision, 0)]
    return f"%{flags.replace('0', '')}{wide}s" % described


def size_of(given_as: str | None, given: list) -> int | None:
    if given_as == "*":
        size = taken(given)
        if type(size) is not int:
            raise TypeError("* wants int")
        return size
    return None if given_as is None else int(given_as[-9:] or 0)


def taken(given: list):
    if not given:
        raise TypeError("not enough arguments")
    return given.pop()
