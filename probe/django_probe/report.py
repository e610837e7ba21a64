"""The report of what broke, compressed within its budget."""

from __future__ import annotations

import base64
import json
import sys
import zlib

from .bare import attribute, is_text, text
from .budget import OMITTED, Turn
from .messages import log_fields
from .options import BUDGET
from .packages import packages
from .request import Exchange
from .sql import without_literals
from .user import describe_user
from .values import Values
from .worker import DJANGO, PYTHON

RUNTIME = {"python": PYTHON, "django": DJANGO, "build": sys.version}


def pack_report(x: Exchange, now: float) -> tuple:
    """Compresses the report within its budget: what tells least goes first, and is named in "cut"."""
    with Turn(x.budget) as turn:
        report = {
            "errors": x.errors,
            "user": describe_user(x.request, x.pii),
            "breadcrumbs": [describe_crumb(turn, now, *crumb) for crumb in x.crumbs or ()],
            "versions": {**RUNTIME, "packages": packages(turn)},
            "cut": [],
        }
    report["cut"] += sorted(x.budget.cut)
    packed = shrunk(report)
    packed = base64.b64encode(packed).decode()
    parts = [packed[i : i + 8000] for i in range(0, len(packed), 8000)]
    return [f"{i}/{len(parts)} {part}" for i, part in enumerate(parts, 1)], " cut=1" if report["cut"] else ""


def shrunk(report: dict) -> bytes:
    """The report in at most BUDGET bytes. To compress takes the most time: it is not tried again before the report is
    as small as the first try says it must be."""
    errors = report["errors"]
    chains = [e for error in errors for e in error["chain"]]
    frames = [f for e in chains for f in e["frames"]]

    def drop_middle():
        for e in chains:
            e["omitted"] = e.get("omitted", 0) + max(len(e["frames"]) - 12, 0)
            e["frames"][4:-8] = []

    steps = iter(
        (
            ("vars", lambda: [f.update(vars={k: v[:80] for k, v in f["vars"].items()}) for f in frames]),
            ("vars", lambda: [f.update(vars={}) for f in frames if "-packages" in f["file"]]),
            ("vars", lambda: [f.update(vars={}) for f in frames]),
            ("context", lambda: [f.update(pre=[], post=[]) for f in frames]),
            ("frames", drop_middle),
            ("packages", lambda: report["versions"].update(packages={})),
            ("breadcrumbs", lambda: report.update(breadcrumbs=report["breadcrumbs"][-5:])),
            ("breadcrumbs", lambda: report.update(breadcrumbs=[])),
            ("errors", lambda: report.update(errors=[dict(e, chain=e["chain"][:3]) for e in errors[:1]])),
        )
    )
    written = write(report)
    packed = zlib.compress(written, 5)
    while len(packed) > BUDGET:
        wanted = BUDGET / len(packed) * len(written)
        while len(written) > wanted:
            name, shrink = next(steps, ("", None))
            if shrink is None:
                raise OverflowError
            shrink()
            report["cut"] += [name] * (name not in report["cut"])
            written = write(report)
        packed = zlib.compress(written, 5)
    return packed


def write(report: dict) -> bytes:
    return json.dumps(report, separators=(",", ":")).encode()


def describe_crumb(turn: Turn, now: float, at: float, category: str, what, took: float, db) -> dict:
    crumb = {"ago": round((now - at) * 1e3, 3), "category": category, "level": "info"}
    if category == "log":
        fields = log_fields(what, turn)
        crumb.update(level=fields["level"], message=fields["message"], data={"logger": fields["logger"]})
    elif category == "query":
        vendor = attribute(db, "vendor")
        vendor = text(vendor, 20) if is_text(vendor) else ""
        sql = text(what, 8192) if is_text(what) else Values(turn).safely(what)  # psycopg has objects for some
        message = OMITTED if turn.over() else without_literals(sql, vendor)
        crumb.update(message=message[:1024], ms=round(took * 1e3, 3))
    else:
        crumb.update(message=what, ms=round(took * 1e3, 3))
    return crumb
