"""Name and version of each package that is installed: from the first lines of its metadata, a few at a time."""

from __future__ import annotations

import itertools
import os
import sys
import threading

from .budget import Turn, wall_clock
from .options import WITHOUT

MOST = 500
HEAD = 4096  # bytes: the name and the version come first
found, files, reading = {}, None, threading.Lock()


def packages(turn: Turn) -> dict:
    """Those that are known. What there was no time for is read with the next report."""
    global files
    if "packages" in WITHOUT or not reading.acquire(blocking=False):
        return {}
    try:
        if files is None:
            files = itertools.islice(metadata_files(), MOST)
        began = wall_clock()
        while not out_of_time(turn, began):
            path = next(files, None)
            if path is None:
                break
            name, version = head_of(path)
            if name:
                found.setdefault(name.lower(), version[:40])
        turn.budget.wait -= wall_clock() - began
        return dict(found)
    finally:
        reading.release()


def out_of_time(turn: Turn, began: float) -> bool:
    if not turn.over() and wall_clock() - began < turn.budget.wait:
        return False
    turn.budget.cut.add("packages")
    return True


def metadata_files():
    for directory in list(sys.path):
        try:
            entries = sorted(os.listdir(directory or "."))
        except OSError:
            continue  # an archive, or nothing at all
        for name in entries:
            path = os.path.join(directory, name)
            if name.endswith(".dist-info"):
                yield os.path.join(path, "METADATA")
            elif name.endswith(".egg-info"):
                yield os.path.join(path, "PKG-INFO") if os.path.isdir(path) else path


def head_of(path: str) -> tuple:
    fields = {"name": "", "version": ""}
    try:
        with open(path, "rb") as file:
            lines = file.read(HEAD).decode("utf-8", "replace").split("\n")
    except (OSError, ValueError):
        lines = []
    for line in lines:
        field, colon, value = line.partition(":")
        if not line.strip():
            break
        if colon and field.lower() in fields:
            fields[field.lower()] = value.strip()
    return fields["name"], fields["version"]
