"""Bounded descriptions of values.

The repr of an object may query the database, take forever or fill the memory. So built-in types are described as Python
prints them, and no method of the project's own types is ever called: see bare.py.
"""

from __future__ import annotations

from .bare import MRO
from .budget import OMITTED, Turn

DEEP = 4  # containers within each other

# Who describes the instances of a type and of its subclasses, by id: a metaclass may have a __hash__ and an __eq__.
REPRS, TEXTS, FIRST = {}, {}, set()
kept = []  # an id is that of the type for as long as the type lives


def describes(*kinds: type, as_text: bool = False, first: bool = False):
    """Registers a function of (values, value, kind, depth) that says what repr() would say, or with as_text what str()
    would where that differs. first: it has a say before the types that hold the value, such as str for an enum's."""

    def register(function):
        kept.extend(kinds)
        for kind in kinds:
            (TEXTS if as_text else REPRS)[id(kind)] = function
            if first:
                FIRST.add(id(kind))
        return function

    return register


def describer_of(kind: type, as_text: bool):
    found = as_text and TEXTS.get(id(kind)) or REPRS.get(id(kind))
    for base in () if found else MRO(kind):
        describer = as_text and TEXTS.get(id(base)) or REPRS.get(id(base))
        if describer and id(base) in FIRST:
            return describer
        found = found or describer
    return found


class Values:
    """Describes values in the time that is left for it."""

    def __init__(self, turn: Turn, longest: int = 400) -> None:
        self.turn, self.longest = turn, longest  # characters of one text

    def safely(self, value) -> str:
        """What repr() would say, for a local variable."""
        if self.turn.over():
            return OMITTED
        try:
            return self.repr(value)[:512]
        except Exception:  # such as a dictionary that another thread changes meanwhile
            return "<not to be described>"

    def repr(self, value, depth: int = DEEP) -> str:
        """What repr() would say, scrubbed."""
        kind = type(value)
        return describer_of(kind, False)(self, value, kind, depth)

    def text(self, value, depth: int = DEEP) -> str:
        """What str() would say. To be scrubbed with what stands around it."""
        kind = type(value)
        return describer_of(kind, True)(self, value, kind, depth)
