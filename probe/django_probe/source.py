"""Source lines, without secrets. They are read here, and not by linecache: it asks the loaders of the project's modules,
and keeps whole files for ever."""

from __future__ import annotations

import io
import linecache
import os
import stat
import tokenize
import zipimport

from .budget import Turn, wall_clock
from .options import WITHOUT
from .patterns import LITERAL
from .secrets import scrub

AROUND = 5  # lines either side
LARGEST = 2_000_000  # bytes of a file
KEPT, KEPT_LINES = 32, 10_000  # files, and lines of one
NOTHING = [], "", []
files, windows = {}, {}  # frames come again with every error


def source_lines(path: str, line: int, module_globals: dict, turn: Turn) -> tuple:
    """The lines before, the line, and the lines after."""
    if "source" in WITHOUT or line < 1:
        return NOTHING
    known = windows.get((path, line))
    if known is not None:
        return known
    if turn.over():
        return NOTHING
    lines = lines_of(path, module_globals, turn)
    if lines is None:
        return NOTHING
    first = max(line - 1 - AROUND, 0)
    window = [text.rstrip("\r\n")[:400] for text in lines[first : line + AROUND] if type(text) is str]
    clean = [text[:256] for text in scrub("\n".join(window), LITERAL).split("\n")]
    at = line - 1 - first
    known = (clean[:at], clean[at] if at < len(clean) else "", clean[at + 1 : at + 1 + AROUND])
    if len(windows) >= 1000:
        windows.clear()
    windows[path, line] = known
    return known


def lines_of(path: str, module_globals: dict, turn: Turn) -> list | None:
    """All lines of a file, None if there was no time to read it."""
    cached = linecache.cache.get(path)  # code that was generated is there alone
    if type(cached) is tuple and len(cached) == 4 and type(cached[2]) is list:
        return cached[2]
    lines = files.get(path)
    if lines is None:
        if turn.budget.wait <= 0:
            turn.budget.cut.add("source")
            return None
        began = wall_clock()
        try:
            lines = read(path, module_globals)
        except Exception:
            lines = []
        turn.budget.wait -= wall_clock() - began
        if len(files) >= KEPT:
            files.clear()
        if len(lines) <= KEPT_LINES:
            files[path] = lines
    return lines


def read(path: str, module_globals: dict) -> list:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return read_archive(module_globals)
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return []
    with open(path, "rb") as file:
        content = file.read(LARGEST)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        encoding = "utf-8"
    return io.StringIO(content.decode(encoding, "replace"), newline=None).readlines()


def read_archive(module_globals: dict) -> list:
    loader, name = dict.get(module_globals, "__loader__"), dict.get(module_globals, "__name__")
    if type(loader) is not zipimport.zipimporter or type(name) is not str:
        return []
    return (loader.get_source(name) or "").splitlines()
