"""Descriptions of dates and times. Python asks a tzinfo of the project's for its repr and its offset; here none is."""

from __future__ import annotations

import datetime
import sys

from .bare import attribute, is_a, is_text, module_of, name_of, slot, text
from .values import Values, describes

UTC = datetime.timezone.utc


def date_of(value) -> datetime.date:
    return datetime.date(*(slot(value, datetime.date, name) for name in ("year", "month", "day")))


def time_of(value, owner: type) -> datetime.time:
    parts = (slot(value, owner, name) for name in ("hour", "minute", "second", "microsecond"))
    return datetime.time(*parts, fold=slot(value, owner, "fold"))


def moment(value):
    """The same date, time or both as an instance of Python's own class, without its zone."""
    kind = type(value)
    if is_a(kind, datetime.datetime):
        return datetime.datetime.combine(date_of(value), time_of(value, datetime.datetime))
    return time_of(value, datetime.time) if is_a(kind, datetime.time) else date_of(value)


def zone_of(value):
    owner = datetime.datetime if is_a(type(value), datetime.datetime) else datetime.time
    return slot(value, owner, "tzinfo") if is_a(type(value), owner) else None


@describes(datetime.date, datetime.time)
def moment_quoted(values: Values, value, kind: type, depth: int) -> str:
    described, zone = repr(moment(value)), zone_of(value)
    if zone is not None:
        described = f"{described[:-1]}, tzinfo={values.repr(zone, 0)})"
    return described if module_of(kind) == "datetime" else name_of(kind) + described[described.index("(") :]


@describes(datetime.date, datetime.time, as_text=True)
def moment_text(values: Values, value, kind: type, depth: int) -> str:
    plain, zone = moment(value), zone_of(value)
    if zone is None:
        return str(plain)
    known = known_zone(zone)
    return f"{plain} {values.repr(zone, 0)}" if known is None else str(plain.replace(tzinfo=known))


@describes(datetime.timedelta)
def duration_quoted(values: Values, value, kind: type, depth: int) -> str:
    return repr(duration(value))


@describes(datetime.timedelta, as_text=True)
def duration_text(values: Values, value, kind: type, depth: int) -> str:
    return str(duration(value))


def duration(value) -> datetime.timedelta:
    return datetime.timedelta(*(slot(value, datetime.timedelta, name) for name in ("days", "seconds", "microseconds")))


@describes(datetime.tzinfo)
def zone_described(values: Values, value, kind: type, depth: int) -> str:
    known = known_zone(value)
    if known is value:
        return repr(known).replace("(key=", "(")  # which would be taken for the name of a secret
    name = attribute(value, "zone")  # of pytz
    return f"<{name_of(kind)} {text(name, 100)!r}>" if is_text(name) else f"<{module_of(kind)}.{name_of(kind)} object>"


@describes(datetime.tzinfo, as_text=True)
def zone_text(values: Values, value, kind: type, depth: int) -> str:
    return str(value) if known_zone(value) is value else zone_described(values, value, kind, depth)


def known_zone(zone):
    """A zone whose class and parts are Python's own, the same offset if it is one of pytz, else None."""
    kind = type(zone)
    if kind is datetime.timezone:
        offset, *name = datetime.timezone.__getinitargs__(zone)
        return zone if type(offset) is datetime.timedelta and all(type(n) is str for n in name) else None
    zones = sys.modules.get("zoneinfo")
    if zones is not None and kind is zones.ZoneInfo:
        return zone if type(slot(zone, kind, "key")) in (str, type(None)) else None
    if module_of(kind).partition(".")[0] == "pytz":
        offset = attribute(zone, "_utcoffset")
        return datetime.timezone(offset) if type(offset) is datetime.timedelta else None
    return None
