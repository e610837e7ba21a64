"""The report of what broke, compressed within its budget."""

from __future__ import annotations

import base64
import itertools
import json
import sys
import uuid
import zlib

from .messages import log_message
from .options import BUDGET, WITHOUT
from .request import Exchange
from .sql import without_literals
from .values import attributes_of
from .worker import DJANGO, PYTHON

RUNTIME = {"python": PYTHON, "django": DJANGO, "build": sys.version}
installed = None  # name and version of each package


def pack_report(x: Exchange, now: float) -> tuple:
    """Compresses the report within its budget: what tells least goes first, and is named in "cut"."""
    report = {
        "errors": x.errors,
        "user": describe_user(x.request, x.pii),
        "breadcrumbs": [describe_crumb(now, *crumb) for crumb in x.crumbs or ()],
        "versions": {**RUNTIME, "packages": packages()},
        "cut": [],
    }
    frames = [f for error in x.errors for e in error["chain"] for f in e["frames"]]
    chains = [e for error in x.errors for e in error["chain"]]

    def drop_middle():
        for e in chains:
            e["omitted"] = e.get("omitted", 0) + max(len(e["frames"]) - 12, 0)
            e["frames"][4:-8] = []

    steps = (
        ("vars", lambda: [f.update(vars={k: v[:80] for k, v in f["vars"].items()}) for f in frames]),
        ("vars", lambda: [f.update(vars={}) for f in frames if "-packages" in f["file"]]),
        ("vars", lambda: [f.update(vars={}) for f in frames]),
        ("context", lambda: [f.update(pre=[], post=[]) for f in frames]),
        ("frames", drop_middle),
        ("packages", lambda: report["versions"].update(packages={})),
        ("breadcrumbs", lambda: report.update(breadcrumbs=report["breadcrumbs"][-5:])),
        ("breadcrumbs", lambda: report.update(breadcrumbs=[])),
        ("errors", lambda: report.update(errors=[dict(e, chain=e["chain"][:3]) for e in x.errors[:1]])),
    )
    if any(error.pop("full", False) for error in x.errors):
        report["cut"].append("vars")
    packed = compress(report)
    for name, shrink in steps:
        if len(packed) <= BUDGET:
            break
        shrink()
        report["cut"] += [name] * (name not in report["cut"])
        packed = compress(report)
    else:
        if len(packed) > BUDGET:
            raise OverflowError
    text = base64.b64encode(packed).decode()
    parts = [text[i : i + 8000] for i in range(0, len(text), 8000)]
    return [f"{i}/{len(parts)} {part}" for i, part in enumerate(parts, 1)], " cut=1" if report["cut"] else ""


def compress(report: dict) -> bytes:
    return zlib.compress(json.dumps(report, separators=(",", ":")).encode(), 5)


def packages() -> dict:
    """Name and version of what is installed, read once, when something broke for the first time."""
    global installed
    if "packages" in WITHOUT:
        return {}
    if installed is None:
        from importlib.metadata import distributions

        found = ((d.metadata["Name"], d.version) for d in itertools.islice(distributions(), 500))
        installed = {str(name).lower(): str(version)[:40] for name, version in found if name}
    return installed


def describe_user(request, pii: bool) -> dict | None:
    """The user, if Django knows it already: request.user is lazy, and to ask it may be a query."""
    if "user" in WITHOUT:
        return None
    attributes = getattr(request, "__dict__", {})
    candidates = (attributes.get(name) for name in ("_cached_user", "_acached_user", "user"))
    user = next((u for u in candidates if u is not None), None)
    user = attributes_of(user).get("_wrapped", user)  # not yet evaluated, that is a mere object
    meta = getattr(type(user), "_meta", None)
    if meta is None:  # nobody, or not asked for
        return None
    own = attributes_of(user)
    fields = {"id": meta.pk.attname}
    if pii:
        fields.update(name=getattr(type(user), "USERNAME_FIELD", ""), email=getattr(type(user), "EMAIL_FIELD", ""))
    return {k: str(own[f])[:200] for k, f in fields.items() if type(own.get(f)) in (int, str, uuid.UUID)}


def describe_crumb(now: float, at: float, category: str, what, took: float, db) -> dict:
    crumb = {"ago": round((now - at) * 1e3, 3), "category": category, "level": "info"}
    if category == "log":
        crumb.update(level=what.levelname.lower(), message=log_message(what), data={"logger": what.name})
    else:
        message = without_literals(what, getattr(db, "vendor", "")) if category == "query" else what
        crumb.update(message=message[:1024], ms=round(took * 1e3, 3))
    return crumb
