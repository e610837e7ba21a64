"""Exception groups: Python's own, and those of the package exceptiongroup."""

from __future__ import annotations

import builtins

from .bare import MRO, attributes_of, entry, is_a, is_text, name_of, slot, text
from .exception_texts import LIBRARIES, makes_text_for
from .values import Values

GROUP = getattr(builtins, "BaseExceptionGroup", None)


def is_group(e: BaseException) -> bool:
    if GROUP is None:
        return any(name_of(base) == "BaseExceptionGroup" for base in MRO(type(e)))
    return is_a(type(e), GROUP)


def part_of(e: BaseException, name: str):
    return slot(e, GROUP, name) if GROUP else entry(attributes_of(e), "_" + name)


def message_of(e: BaseException) -> str:
    message = part_of(e, "message")
    return text(message) if is_text(message) else ""


def members_of(e: BaseException) -> tuple:
    members = part_of(e, "exceptions")
    return members if type(members) is tuple else ()


def group_text(e: BaseException, values: Values, depth: int) -> str:
    count = len(members_of(e))
    return f"{message_of(e)} ({count} sub-exception{'s' if count != 1 else ''})"


LIBRARIES["exceptiongroup._exceptions", "BaseExceptionGroup"] = group_text
if GROUP:
    makes_text_for(GROUP.__str__)(group_text)
