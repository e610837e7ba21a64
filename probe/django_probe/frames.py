"""The frames of a traceback, with their source lines and local variables."""

from __future__ import annotations

import collections
import itertools
import os
import sys

from .bare import is_a, is_text, slot, text
from .budget import Turn
from .options import WITHOUT
from .secrets import FILTERED, denied
from .source import source_lines
from .values import Values

HIDDEN = ("__traceback_hide__", "__tracebackhide__")  # of a frame that Django and Sentry's SDK do not show
OURS = os.path.join(os.path.dirname(__file__), "")  # begins the file of each frame of the probe
OUTER, INNER = 20, 40  # frames of an exception, from either end
VARIABLES = 50  # of a frame
LOCALS = type((lambda: sys._getframe().f_locals)())  # a view of the frame from Python 3.13 on


class Frame:
    """A frame of a traceback, and what a report has of it."""

    def __init__(self, frame, line) -> None:
        code, module = frame.f_code, dict.get(frame.f_globals, "__name__")
        self.frame, self.path, self.line = frame, text(code.co_filename), line or 0
        self.described = {
            "file": os.path.abspath(self.path), "module": text(module, 500) if is_text(module) else None,
            "function": text(code.co_name, 500), "line": self.line, "pre": [], "context": "", "post": [], "vars": {},
        }  # fmt: skip

    def add_source(self, turn: Turn) -> None:
        pre, context, post = source_lines(self.path, self.line, self.frame.f_globals, turn)
        self.described.update(pre=pre, context=context, post=post)

    def add_variables(self, turn: Turn) -> None:
        if "vars" in WITHOUT:
            return
        variables, values = self.described["vars"], Values(turn)
        own = self.frame.f_locals is not self.frame.f_globals  # a module's begin with __builtins__ and the like
        for name, value in itertools.islice(locals_of(self.frame), VARIABLES):
            if type(name) is not str or not own and name.startswith("__"):
                continue
            described = FILTERED if denied(name) else values.safely(value)
            if not turn.budget.room_for(len(described)):
                break
            variables[name] = described


def locals_of(frame):
    """Name and value of each. The body of a class may have a mapping of the project's for them: that is not asked."""
    found = frame.f_locals
    if is_a(type(found), dict):
        return dict.items(found)
    return found.items() if type(found) is LOCALS else ()


def frames_of(e: BaseException, most: int = OUTER + INNER) -> tuple:
    """The frames of its traceback, oldest first, without the probe's and those that ask not to be shown, and how many
    were left out between the outermost and the innermost."""
    inner = most * INNER // (OUTER + INNER)
    first, last, count = [], collections.deque((), inner), 0
    tb = slot(e, BaseException, "__traceback__")
    while tb is not None:
        frame, line = tb.tb_frame, tb.tb_lineno
        if not is_hidden(frame):
            count += 1
            if len(first) < most - inner:
                first.append((frame, line))
            else:
                last.append((frame, line))
        tb = tb.tb_next
    return [Frame(*found) for found in (*first, *last)], count - len(first) - len(last)


def is_hidden(frame) -> bool:
    code = frame.f_code
    if text(code.co_filename).startswith(OURS):
        return True
    names = code.co_varnames
    return any(name in names and frame.f_locals.get(name) is True for name in HIDDEN)
