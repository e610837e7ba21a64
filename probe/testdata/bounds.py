"""What a report is bounded by, with clocks of its own: no result depends on the speed of the machine.

    PYTHONPATH=.. python bounds.py

Prints an object with a member for each case.
"""

import itertools
import json
import os
import sys
import tempfile
import types

import django
from django.conf import settings

settings.configure(INSTALLED_APPS=[])
django.setup()

from django_probe import budget, exceptions, packages, report, source  # noqa: E402
from django_probe.request import Exchange  # noqa: E402


def ticking(step):
    """A clock that goes on by a step each time it is read."""
    return itertools.count(0, step).__next__


def deep(depth, error):
    text, number = "://" + ":" * 2045, depth
    password = "s3cr3t-1"
    note = "password=s3cr3t-2"
    items = {"token": "s3cr3t-3", "list": [note] * 10}
    if depth:
        deep(depth - 1, error)
    raise error


def caught(depth=50, error=None):
    try:
        deep(depth, error or ValueError("the password=s3cr3t-4 is wrong"))
    except BaseException as raised:
        return raised


def described(error, tick=0.0, record=None, left=None):
    budget.cpu_clock = ticking(tick)
    left = left or budget.Budget()
    found = exceptions.describe_error(error, record, left)
    text = json.dumps(found)
    values = [value for e in found["chain"] for f in e["frames"] for value in f["vars"].values()]
    frames = [frame for e in found["chain"] for frame in e["frames"]]
    return {
        "chain": len(found["chain"]), "value": found["chain"][0]["value"], "frames": len(frames), "size": len(text),
        "sources": sum(bool(f["context"]) for f in frames), "lines": sum(bool(f["line"]) for f in frames),
        "values": len(values), "omitted": values.count("<omitted>"), "leaks": text.count("s3cr3t-"),
        "members": sum("exceptions[" in e.get("source", "") for e in found["chain"]), "cut": sorted(left.cut),
    }  # fmt: skip


def chained():
    error = ValueError("last")
    for number in range(10_000):
        error, error.__cause__ = ValueError(number), error
    return error


def grouped():
    group = types.SimpleNamespace(kind=getattr(__builtins__, "ExceptionGroup", None)).kind
    return group("many", [ValueError(number) for number in range(10_000)]) if group else None


def wide():
    """Thirty exceptions of fifty frames each."""
    error = None
    for number in range(30):
        following = ValueError(number)
        following.__cause__ = error
        error = caught(50, following)
    return error


def packed():
    """A report of values that hardly compress, and how often it was compressed."""
    import zlib

    exchange, compress, calls = Exchange(), zlib.compress, []
    budget.cpu_clock = ticking(0.0)

    def counting(*args):
        calls.append(len(args[0]))
        return compress(*args)

    def noisy(depth):
        a, b, c, d, e, f, g, h = (os.urandom(240).hex() for _ in range(8))
        if depth:
            noisy(depth - 1)
        raise ValueError("noise")

    try:
        noisy(60)
    except ValueError as error:
        exchange.failed(error, None)
    report.zlib = types.SimpleNamespace(compress=counting)
    lines, cut = report.pack_report(exchange, 0.0)
    return {"compressed": len(calls), "largest": max(calls), "bytes": sum(map(len, lines)) * 3 // 4, "cut": cut}


def listed():
    """Packages are read a few at a time where disks are slow."""
    with tempfile.TemporaryDirectory() as directory:
        for number in range(10):
            os.mkdir(os.path.join(directory, f"p{number}-1.dist-info"))
            with open(os.path.join(directory, f"p{number}-1.dist-info", "METADATA"), "w") as file:
                file.write(f"Metadata-Version: 2.1\nName: P{number}\nVersion: 1.{number}\n\nName: no\n")
        packages.found.clear()
        packages.files = None
        path, sys.path = sys.path, [directory]
        counts, cut = [], set()
        budget.wall_clock = packages.wall_clock = ticking(0.03)
        for _ in range(5):
            left = budget.Budget()
            with budget.Turn(left) as turn:
                counts.append(len(packages.packages(turn)))
            cut |= left.cut
        sys.path = path
        return {"counts": counts, "found": dict(packages.found), "cut": sorted(cut)}


def slow_disk():
    """The outer of two frames is in a file for which nobody waits any more."""
    with tempfile.TemporaryDirectory() as directory:
        functions = {"inner": ticking}
        for name, body in (("inner", "raise ValueError(1)"), ("outer", "inner()")):
            path = os.path.join(directory, name + ".py")
            with open(path, "w") as file:
                file.write(f"def {name}():\n    {body}\n")
            exec(compile(f"def {name}():\n    {body}\n", path, "exec"), functions)
        source.wall_clock = ticking(1.0)
        try:
            functions["outer"]()
        except ValueError as error:
            error.__traceback__ = error.__traceback__.tb_next
            return described(error)
        finally:
            source.wall_clock = ticking(0.0)


def handled():
    """Errors that were logged leave half of the time to one that is not caught."""
    import logging

    left, results = budget.Budget(), []
    record = logging.LogRecord("shop", logging.ERROR, __file__, 1, "m", (), None)
    for of in (record, record, None):
        results.append(described(caught(), 0.0001, of, left))
    return results


def main():
    json.dump(
        {
            "in time": described(caught()), "late": described(caught(), 0.001), "too late": described(caught(), 1.0),
            "chained": described(chained()), "grouped": grouped() and described(grouped()), "wide": described(wide()),
            "handled": handled(), "slow disk": slow_disk(), "packed": packed(), "listed": listed(),
        },
        sys.stdout,
    )  # fmt: skip


main()
