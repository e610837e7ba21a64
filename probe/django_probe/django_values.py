"""Descriptions of Django's own kinds of values. No query runs, and nothing lazy is evaluated."""

from __future__ import annotations

import re
import sys
import types

from .bare import attributes_of, defined, entry, is_a, is_text, name_of, qualname_of, text
from .percent import plain
from .scalars import text_itself, text_quoted
from .secrets import FILTERED, denied, scrub
from .values import Values, describes

# Without widths, of which one could fill the memory.
SIMPLE_FORMAT = re.compile(r"(?:[^{}]|\{\{|\}\}|\{\w*(?:![rsa])?\})*")
MESSAGE_AT = {"gettext": 0, "ugettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}  # among the arguments


def model(values: Values, value, kind: type, depth: int) -> str:
    meta = attributes_of(defined(kind, "_meta"))
    names = (entry(meta, "app_label"), entry(meta, "object_name"))
    label = ".".join(text(part, 200) for part in names if is_text(part))
    key = entry(attributes_of(entry(meta, "pk")), "attname")
    if not is_text(key):
        return f"<{label or qualname_of(kind)}>"
    shown = FILTERED if denied(text(key)) else values.repr(entry(attributes_of(value), text(key)), max(depth - 1, 0))
    return f"<{label} pk={shown}>"


def query_set(values: Values, value, kind: type, depth: int) -> str:
    of = entry(attributes_of(value), "model")
    return f"<{name_of(kind)} of {qualname_of(of) if is_a(type(of), type) else '?'}>"


def request(values: Values, value, kind: type, depth: int) -> str:
    own = attributes_of(value)
    method, path = (text(part, 200) if is_text(part) else "" for part in (entry(own, "method"), entry(own, "path")))
    return scrub(f"<{name_of(kind)}: {method} {path!r}>")


def lazy_object(values: Values, value, kind: type, depth: int) -> str:
    """What has been evaluated already is described in its place."""
    wrapped = entry(attributes_of(value), "_wrapped")
    empty = attributes_of(sys.modules["django.utils.functional"]).get("empty")
    if wrapped is None or wrapped is empty or not depth:
        return f"<{name_of(kind)}, not evaluated>"
    return values.repr(wrapped, depth - 1)


def lazy_object_text(values: Values, value, kind: type, depth: int) -> str:
    wrapped = entry(attributes_of(value), "_wrapped")
    return values.text(wrapped, depth - 1) if is_text(wrapped) and depth else lazy_object(values, value, kind, depth)


def is_lazy(kind: type) -> bool:
    """Whether it is what django.utils.functional.lazy returns, such as a lazy translation."""
    module = sys.modules.get("django.utils.functional")
    promise = attributes_of(module).get("Promise")
    return promise is not None and is_a(kind, promise)


def lazy_quoted(values: Values, value, kind: type, depth: int) -> str:
    written = lazy_text(values, value, kind, depth)
    return written if written.startswith("<lazy ") else text_quoted(values, written, str, depth)


def lazy_text(values: Values, value, kind: type, depth: int) -> str:
    """A lazy translation as the source code has it: in one language, for all visitors. Nothing is translated."""
    own = attributes_of(value)
    args = entry(own, "_args", entry(own, "_proxy____args"))  # the latter before Django 5
    named = entry(own, "_kw", entry(own, "_proxy____kw"))
    args, named = (args if type(args) is tuple else ()), (named if type(named) is dict else {})
    function = delayed_by(kind)
    name = text(function.__name__, 200) if type(function) is types.FunctionType else "function"
    module = function.__module__ if type(function) is types.FunctionType else None
    count = entry(named, "number")
    one = entry(named, "plural" if type(count) is int and count != 1 else "singular")
    if one is None and type(module) is str and module.startswith("django.utils."):
        place = MESSAGE_AT.get(name, 0)
        one = args[place] if place < len(args) else entry(named, "message")
    elif one is None and function is str and args:
        one = args[0]
    if one is not None and depth > 0:
        template = values.text(one, depth - 1)
        if name == "_format_lazy" and SIMPLE_FORMAT.fullmatch(template):
            fields = {text(key, 100): plain(values, field) for key, field in dict.items(named) if is_text(key)}
            template = template.format(*(plain(values, argument) for argument in args[1:]), **fields)
        return template
    given = ", ".join(values.repr(argument, 0) for argument in args[:3])
    return scrub(f"<lazy {name}({given})>")


def delayed_by(kind: type):
    """The function that django.utils.functional.lazy has delayed: a variable of it, which its methods refer to."""
    method = defined(kind, "__reduce__")
    if type(method) is types.FunctionType and method.__closure__ and "func" in method.__code__.co_freevars:
        return method.__closure__[method.__code__.co_freevars.index("func")].cell_contents
    return None


def error_detail(values: Values, value, kind: type, depth: int) -> str:
    code = values.repr(entry(attributes_of(value), "code"), 0)
    return f"ErrorDetail(string={text_quoted(values, value, kind, depth)}, code={code})"


wanted = {  # until their modules have been imported
    ("django.db.models.base", "Model"): {"": model},
    ("django.db.models.query", "QuerySet"): {"": query_set},
    ("django.http.request", "HttpRequest"): {"": request},
    ("django.utils.functional", "LazyObject"): {"": lazy_object, "as_text": lazy_object_text},
    ("django.utils.functional", "Promise"): {"": lazy_quoted, "as_text": lazy_text},
    ("rest_framework.exceptions", "ErrorDetail"): {"": error_detail, "as_text": text_itself},
}


def register_loaded() -> None:
    """Registers the classes that have been imported since the last time."""
    for module, name in list(wanted):
        kind = attributes_of(sys.modules[module]).get(name) if module in sys.modules else None
        if kind is not None:
            for form, describer in wanted.pop((module, name), {}).items():
                describes(kind, as_text=bool(form))(describer)
