"""Descriptions of values that are no containers: texts, numbers, times, paths, functions, classes."""

from __future__ import annotations

import decimal
import enum
import fractions
import os
import pathlib
import re
import sys
import types
import uuid

from .bare import CLASS_DICT, MRO, attributes_of, defined, entry, is_a, is_text
from .bare import module_of, name_of, qualname_of, slot, text
from .secrets import scrub
from .values import Values, describes


PATHS = (pathlib.PosixPath, pathlib.PurePosixPath, pathlib.WindowsPath, pathlib.PureWindowsPath)


@describes(str)
def text_quoted(values: Values, value, kind: type, depth: int) -> str:
    return repr(scrub(text(value, 5 * values.longest))[: values.longest])


@describes(str, as_text=True)
def text_itself(values: Values, value, kind: type, depth: int) -> str:
    return text(value)


@describes(bytes, bytearray)
def octets(values: Values, value, kind: type, depth: int) -> str:
    base = bytes if is_a(kind, bytes) else bytearray
    return scrub(repr(base.__getitem__(value, slice(values.longest))))


@describes(int)
def whole(values: Values, value, kind: type, depth: int) -> str:
    if kind is bool:
        return "True" if value else "False"
    bits = int.bit_length(value)
    if bits < 32:  # too few digits for a card
        return int.__repr__(value)
    return scrub(int.__repr__(value)) if bits < 512 else f"<int of {bits} bits>"


@describes(float, complex)
def number(values: Values, value, kind: type, depth: int) -> str:
    return float.__repr__(value) if is_a(kind, float) else complex.__repr__(value)


@describes(type(None), type(...), type(NotImplemented))
def constant(values: Values, value, kind: type, depth: int) -> str:
    return repr(value)


@describes(decimal.Decimal)
def decimal_quoted(values: Values, value, kind: type, depth: int) -> str:
    written = decimal_text(values, value, kind, depth)
    return written if written.startswith("<") else f"Decimal('{written}')"


@describes(decimal.Decimal, as_text=True)
def decimal_text(values: Values, value, kind: type, depth: int) -> str:
    size = decimal.Decimal.__sizeof__(value)
    return scrub(decimal.Decimal.__str__(value)) if size < 1000 else f"<Decimal of {size} bytes>"


@describes(fractions.Fraction)
def fraction_quoted(values: Values, value, kind: type, depth: int) -> str:
    return f"Fraction({', '.join(values.repr(part, 0) for part in parts_of(value))})"


@describes(fractions.Fraction, as_text=True)
def fraction_text(values: Values, value, kind: type, depth: int) -> str:
    return "/".join(values.repr(part, 0) for part in parts_of(value))


def parts_of(value) -> list:
    return [slot(value, fractions.Fraction, name) for name in ("_numerator", "_denominator")]


@describes(uuid.UUID)
def uuid_quoted(values: Values, value, kind: type, depth: int) -> str:
    return f"UUID('{uuid_text(values, value, kind, depth)}')"


@describes(uuid.UUID, as_text=True)
def uuid_text(values: Values, value, kind: type, depth: int) -> str:
    number = slot(value, uuid.UUID, "int")
    if type(number) is not int or not 0 <= number < 1 << 128:
        return "?"
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@describes(slice)
def slice_of(values: Values, value, kind: type, depth: int) -> str:
    return f"slice({', '.join(values.repr(part, max(depth - 1, 0)) for part in (value.start, value.stop, value.step))})"


@describes(range)
def range_of(values: Values, value, kind: type, depth: int) -> str:
    step = values.repr(value.step, 0)
    parts = [values.repr(value.start, 0), values.repr(value.stop, 0)] + ([step] if step != "1" else [])
    return f"range({', '.join(parts)})"


@describes(re.Pattern)
def pattern(values: Values, value, kind: type, depth: int) -> str:
    plain = type(value.pattern) in (str, bytes)  # and no subclass, whose repr would be asked
    return scrub(repr(value)[:2048]) if plain else f"re.compile({values.repr(value.pattern, 0)})"


@describes(pathlib.PurePath)
def path_quoted(values: Values, value, kind: type, depth: int) -> str:
    return f"{name_of(kind)}({text_quoted(values, path_text(values, value, kind, depth), str, depth)})"


@describes(pathlib.PurePath, as_text=True)
def path_text(values: Values, value, kind: type, depth: int) -> str:
    """From where the versions of Python keep it: as a whole, in parts, or as it was given."""
    owner = next((base for base in MRO(kind) if "_str" in CLASS_DICT(base)), pathlib.PurePath)
    known = slot(value, owner, "_str")
    if type(known) is str:
        return known[:4096]
    raw = slot(value, owner, "_raw_paths")
    if type(raw) is list:
        if any(kind is python for python in PATHS) and all(type(part) is str for part in raw):
            return str(value)[:4096]
        given = [text(part) for part in raw[:50] if is_text(part)]
        return os.path.join(*given) if given else "."
    drive, root, parts = (slot(value, owner, name) for name in ("_drv", "_root", "_parts"))
    if type(parts) is not list or not all(map(is_text, (drive, root, *parts[:100]))):
        return "?"
    anchor = text(drive) + text(root)
    return anchor + "/".join(text(part) for part in parts[1 if anchor else 0 : 100]) or "."


@describes(types.FunctionType, types.BuiltinFunctionType, types.GeneratorType, types.CoroutineType)
@describes(types.AsyncGeneratorType, types.MethodType, types.ModuleType)
def named(values: Values, value, kind: type, depth: int) -> str:
    if kind is types.MethodType:
        value = slot(value, types.MethodType, "__func__")
    if is_a(kind, types.ModuleType):
        name = entry(attributes_of(value), "__name__")
    else:  # the qualified name of a method that C implements asks its class
        name = slot(value, type(value), "__name__" if kind is types.BuiltinFunctionType else "__qualname__")
    return f"<{name_of(kind)} {text(name, 500) if is_text(name) else '?'}>"


@describes(type)
def class_named(values: Values, value, kind: type, depth: int) -> str:
    module = module_of(value)
    return f"<class '{qualname_of(value)}'>" if module == "builtins" else f"<class '{module}.{qualname_of(value)}'>"


def member_names(value, kind: type) -> tuple:
    own = attributes_of(value)
    name, whole = entry(own, "_name_"), entry(own, "_value_")
    return (f"{name_of(kind)}.{text(name, 200)}" if is_text(name) else name_of(kind)), whole


@describes(enum.Enum, first=True)
def member(values: Values, value, kind: type, depth: int) -> str:
    name, whole = member_names(value, kind)
    return name if is_of_django(defined(kind, "__repr__")) else f"<{name}: {values.repr(whole, max(depth - 1, 0))}>"


@describes(enum.Enum, first=True, as_text=True)
def member_text(values: Values, value, kind: type, depth: int) -> str:
    """As its class prints it: by its name, or by its value as IntEnum and Django's choices do."""
    name, whole = member_names(value, kind)
    printed = defined(kind, "__str__")
    by_value = type(printed) is types.WrapperDescriptorType or is_of_django(printed)
    return values.text(whole, depth - 1) if by_value and depth > 0 else name


def is_of_django(function) -> bool:
    choices = sys.modules.get("django.db.models.enums")
    return type(function) is types.FunctionType and function.__globals__ is attributes_of(choices)
