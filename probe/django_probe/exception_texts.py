"""The text of an exception: what str() would say, without a __str__ of the project's.

Where Python's own C code makes the text, it is made here in the same way. Where a class of the standard library, of
Django or of Django REST framework has a __str__, that function is called with a stand-in for the exception, which has
plain copies of its attributes and nothing else. Where the project has one, the arguments say what they can.
"""

from __future__ import annotations

import builtins
import itertools
import sys
import types

from .bare import CLASS_DICT, MRO, attributes_of, is_text, module_of, name_of, slot, text
from .percent import plain
from .secrets import FILTERED, denied
from .values import Values, describes

ATTRIBUTES = 10  # of a project's exception without arguments, or of a stand-in
GROUP = getattr(builtins, "BaseExceptionGroup", None)
TEXTS_OF = {}  # who makes the text, by the id of the __str__ in whose place it does
LIBRARIES = {}  # the same, by module and name of the class
STANDARD = {  # classes whose __str__ does no more than format attributes
    "argparse": ("ArgumentError",),
    "concurrent.futures.process": ("_RemoteTraceback",),
    "configparser": ("Error",),
    "getopt": ("GetoptError",),
    "importlib.metadata": ("PackageNotFoundError",),
    "multiprocessing.pool": ("RemoteTraceback", "MaybeEncodingError"),
    "netrc": ("NetrcParseError",),
    "optparse": ("OptParseError", "OptionError", "BadOptionError", "AmbiguousOptionError"),
    "py_compile": ("PyCompileError",),
    "subprocess": ("CalledProcessError", "TimeoutExpired"),
    "urllib.error": ("URLError", "HTTPError"),
    "xml.sax._exceptions": ("SAXException",),
    "django.core.files.uploadhandler": ("StopUpload",),
    "django.db.migrations.exceptions": ("NodeNotFoundError",),
    "django.template.base": ("VariableDoesNotExist",),
    "rest_framework.exceptions": ("APIException",),
}


def args_of(e: BaseException) -> tuple:
    args = slot(e, BaseException, "args")
    return args if type(args) is tuple else ()


def text_of(e: BaseException, values: Values, depth: int) -> str:
    for base in MRO(type(e)):
        printed = CLASS_DICT(base).get("__str__")
        if printed is None:
            continue
        maker = TEXTS_OF.get(id(printed)) or maker_for(base)
        if maker is not None:
            return maker(e, values, depth)
        if is_standard(base, printed):
            try:
                return text(printed(stand_in(e, values)))
            except Exception:  # it wants more than the attributes
                break
        if base is not KeyError:
            break
    return by_arguments(e, values, depth)


def maker_for(owner: type):
    """Who makes the text of a library's class, of which nothing is known before the library is imported."""
    key = module_of(owner), name_of(owner)
    if key not in LIBRARIES or key[0] not in sys.modules:
        return None
    return LIBRARIES[key] if attributes_of(sys.modules[key[0]]).get(key[1]) is owner else None


def is_standard(owner: type, function) -> bool:
    module = sys.modules.get(module_of(owner))
    return (
        name_of(owner) in STANDARD.get(module_of(owner), ())
        and type(function) is types.FunctionType
        and function.__globals__ is attributes_of(module)
    )


def stand_in(e: BaseException, values: Values) -> types.SimpleNamespace:
    own = itertools.islice(dict.items(attributes_of(e)), ATTRIBUTES)
    args = plain(values, args_of(e))
    copies = {"args": args, "name": args[0] if args else None}  # name: a property of PackageNotFoundError
    copies.update((text(key, 100), plain(values, value)) for key, value in own if is_text(key))
    return types.SimpleNamespace(**copies)


def by_arguments(e: BaseException, values: Values, depth: int) -> str:
    """What the arguments say; without them, what the attributes do."""
    if args_of(e):
        return base_text(e, values, depth)
    parts = []
    for key, value in itertools.islice(dict.items(attributes_of(e)), ATTRIBUTES):
        if is_text(key) and not text(key, 2).startswith("__"):
            key = text(key, 100)
            parts.append(f"{key}={FILTERED if denied(key) else values.repr(value, depth - 1)}")
    return ", ".join(parts)


def makes_text_for(*slots):
    def register(function):
        TEXTS_OF.update((id(printed), function) for printed in slots)
        return function

    return register


@makes_text_for(BaseException.__str__)
def base_text(e: BaseException, values: Values, depth: int) -> str:
    args = args_of(e)
    if len(args) == 1:
        return values.text(args[0], depth - 1)
    return values.repr(args, depth) if args else ""


@makes_text_for(KeyError.__str__)
def key_error(e: BaseException, values: Values, depth: int) -> str:
    args = args_of(e)
    return values.repr(args[0], depth - 1) if len(args) == 1 else base_text(e, values, depth)


@makes_text_for(OSError.__str__)
def os_error(e: BaseException, values: Values, depth: int) -> str:
    number, reason, first, second = (slot(e, OSError, n) for n in ("errno", "strerror", "filename", "filename2"))
    if first is None and (number is None or reason is None) and len(args_of(e)) != 2:
        return base_text(e, values, depth)
    written = f"[Errno {values.text(number, 0)}] {values.text(reason, depth - 1)}"
    for mark, name in ((": ", first), (" -> ", second)):
        written += "" if name is None else mark + values.repr(name, 0)
    return written


@makes_text_for(ImportError.__str__)
def import_error(e: BaseException, values: Values, depth: int) -> str:
    message = slot(e, ImportError, "msg")
    return text(message) if is_text(message) else base_text(e, values, depth)


@makes_text_for(SyntaxError.__str__)
def syntax_error(e: BaseException, values: Values, depth: int) -> str:
    message, path, line = (slot(e, SyntaxError, name) for name in ("msg", "filename", "lineno"))
    where = [text(path).rpartition("/")[2]] if is_text(path) else []
    if type(line) is int:
        where.append(f"line {values.repr(line, 0)}")
    return values.text(message, depth - 1) + (f" ({', '.join(where)})" if where else "")


@makes_text_for(UnicodeEncodeError.__str__, UnicodeDecodeError.__str__, UnicodeTranslateError.__str__)
def unicode_error(e: BaseException, values: Values, depth: int) -> str:
    owner = next(base for base in MRO(type(e)) if "__str__" in CLASS_DICT(base))
    source, start, end = (slot(e, owner, name) for name in ("object", "start", "end"))
    if source is None:
        return ""
    codec, reason = (values.text(slot(e, owner, name), 0) for name in ("encoding", "reason"))
    decoding = owner is UnicodeDecodeError
    verb = "translate" if owner is UnicodeTranslateError else "decode" if decoding else "encode"
    subject = f"can't {verb}" if verb == "translate" else f"'{codec}' codec can't {verb}"
    holder = bytes if decoding else str
    if end == start + 1 and start < holder.__len__(source):
        at = holder.__getitem__(source, start)
        shown = f"byte 0x{at:02x}" if decoding else f"character '{escaped(ord(at))}'"
        return f"{subject} {shown} in position {start}: {reason}"
    return f"{subject} {'bytes' if decoding else 'characters'} in position {start}-{end - 1}: {reason}"


def escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@describes(BaseException)
def exception_quoted(values: Values, value, kind: type, depth: int) -> str:
    if depth <= 0:
        return f"{name_of(kind)}(…)"
    return f"{name_of(kind)}({values.repr(args_of(value), depth - 1)[1:-1].rstrip(',')})"


@describes(BaseException, as_text=True)
def exception_text(values: Values, value, kind: type, depth: int) -> str:
    return text_of(value, values, depth) if depth > 0 else f"{name_of(kind)}(…)"
