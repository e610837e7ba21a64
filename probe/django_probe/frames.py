"""The frames of a traceback, with their source lines and local variables."""

from __future__ import annotations

import itertools
import linecache
import os
import stat

from .options import WITHOUT
from .patterns import LITERAL
from .secrets import FILTERED, denied, scrub
from .values import safely

HIDDEN = ("__traceback_hide__", "__tracebackhide__")  # of a frame that Django and Sentry's SDK do not show
OURS = os.path.join(os.path.dirname(__file__), "")  # begins the file of each frame of the probe
sources = {}


def frames_of(e: BaseException) -> list:
    """The frames of its traceback, oldest first, without the probe's and those that ask not to be shown."""
    frames, tb = [], e.__traceback__
    while tb is not None:
        frame, names = tb.tb_frame, tb.tb_frame.f_code.co_varnames
        asks = any(name in names and frame.f_locals.get(name) is True for name in HIDDEN)
        if not asks and not frame.f_code.co_filename.startswith(OURS):
            frames.append((frame, tb.tb_lineno))
        tb = tb.tb_next
    return frames


def describe_frame(frame, line: int, room: list) -> dict:
    code, name = frame.f_code, frame.f_globals.get("__name__")
    pre, context, post = source_lines(code.co_filename, line, frame.f_globals)
    return {
        **{"file": os.path.abspath(code.co_filename), "module": name if isinstance(name, str) else None},
        **{"function": code.co_name, "line": line},  # as Sentry's SDK: what it groups by
        **{"pre": pre, "context": context, "post": post, "vars": describe_variables(frame, room)},
    }


def describe_variables(frame, room: list) -> dict:
    variables = {}
    if "vars" in WITHOUT:
        return variables
    own = frame.f_locals is not frame.f_globals  # a module's begin with __builtins__ and the like
    for key, value in itertools.islice(frame.f_locals.items(), 50):
        if room[0] > 0 and type(key) is str and (own or not key.startswith("__")):
            variables[key] = FILTERED if denied(key) else safely(value)
            room[0] -= len(variables[key])
    return variables


def source_lines(path: str, line: int, module_globals: dict | None) -> tuple:
    """Five lines either side, without secrets. Frames come again with every error: their lines are kept."""
    if "source" in WITHOUT:
        return [], "", []
    known = sources.get((path, line))
    if known is not None:
        return known
    if path not in linecache.cache:
        try:
            status = os.stat(path)
            if not stat.S_ISREG(status.st_mode) or status.st_size > 2_000_000:
                return [], "", []
        except (OSError, ValueError):
            pass  # in an archive, perhaps, whose loader knows
    first = max(line - 6, 0)
    window = [text.rstrip("\r\n")[:400] for text in linecache.getlines(path, module_globals)[first : line + 5]]
    lines = [text[:256] for text in scrub("\n".join(window), LITERAL).split("\n")]
    at = line - 1 - first
    known = (lines[:at], lines[at] if at < len(lines) else "", lines[at + 1 : at + 6])
    if len(sources) >= 1000:
        sources.clear()
    sources[path, line] = known
    return known
