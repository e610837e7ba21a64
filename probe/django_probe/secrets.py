"""Secrets, hidden before anything leaves the process. The gateway hides by the same rules, and reads JSON and pages as
such: internal/secretname and capture/scrub_*.go there."""

from . import tables
from .arguments import hide_arguments
from .elements import hide_elements
from .named import hide_named
from .names import SECRET, judge
from .patterns import KEY_LINE, STRING
from .reading import FILTERED
from .rows import hide_pairs, hide_parts, hide_rows
from .shapes import hide_shapes, masked

__all__ = ["FILTERED", "denied", "scrub"]


def denied(name: str) -> bool:
    """Whether the value of a name must not be told."""
    return judge(name) == SECRET


def stems() -> tuple:
    """What is part of every name of a secret: the terms without those that hold another one."""
    words = {*tables.INSIDE, *tables.SUFFIX, *tables.WORD, *(max(c.split("_"), key=len) for c in tables.COMPOUND)}
    return tuple(sorted((w for w in words if not any(o != w and o in w for o in words)), key=len))


STEMS = stems()


def mentions(text: str) -> bool:
    """Whether the name of a secret can be in a text."""
    folded = text.lower()
    for stem in STEMS:
        if stem in folded:
            return True
    return "\\u" in text or "\u0303" in text or "%" in text


def scrub(text: str, values=None) -> str:
    """Hides what shows by its shape that it is a secret, and what follows a name that is one's. values are what may
    follow such a name: anything, or in source code (LITERAL) a literal alone."""
    text = hide_shapes(text)
    if values is not None:
        text = KEY_LINE.sub(masked, text)
    else:
        text = hide_rows(text)
    if not mentions(text):
        return text if values is not None else hide_arguments(text)
    if values is not None:  # in a literal, too, there can be any text
        text = hide_pairs(text)
        text = STRING.sub(lambda m: scrub(m[0][:-1]) + m[0][-1:], text)
        return hide_named(text, values)
    return hide_named(hide_parts(hide_pairs(hide_arguments(hide_elements(text)))))
