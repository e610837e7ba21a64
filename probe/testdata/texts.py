"""What the probe makes of exceptions and log records, beside what Python says of them.

    PYTHONPATH=.. python texts.py

Prints {"same": n, "different": [{"what": …, "got": …, "want": …}, …]}.
"""

import configparser
import datetime
import decimal
import enum
import fractions
import http.client
import io
import json
import logging
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import uuid

import django
from django.conf import settings

settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"], USE_I18N=True, LANGUAGE_CODE="en")
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.db import models  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.template import Context, Variable, VariableDoesNotExist  # noqa: E402
from django.utils.functional import SimpleLazyObject, lazystr  # noqa: E402
from django.utils.safestring import mark_safe  # noqa: E402
from django.utils.text import format_lazy  # noqa: E402
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy  # noqa: E402
import django_probe.exceptions  # noqa: E402, F401  it registers what is described
from django_probe import budget, messages  # noqa: E402
from django_probe.django_values import register_loaded  # noqa: E402

budget.CPU = budget.WAIT = 1e9
register_loaded()


class Color(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


class Mixed(str, enum.Enum):
    A = "a"


class Status(models.TextChoices):
    OPEN = "open", "Open"


class Text(str):
    pass


class OrderError(Exception):
    """One of a project's, with a text of its own."""

    def __init__(self, order):
        self.order = order

    def __str__(self):
        raise SystemExit("it ran")


class KeywordError(OrderError):
    def __init__(self, *, status, api_key):
        self.status, self.api_key = status, api_key


class MissingKey(KeyError):
    def __str__(self):
        raise SystemExit("it ran")


class Worded(Exception):
    message = "in its class"


class Asking(Exception):
    @property
    def message(self):
        raise SystemExit("it ran")


def detailed(detail, *args):
    error = ValueError(*args)
    error.detail = detail
    return error


def raised():
    """Exceptions as Python and its libraries raise them."""

    def syntax(source, path):
        compile(source, path, "exec")

    with_params = ValidationError("of %(size)s", params={"size": 7})
    for function in (
        lambda: {}["key"], lambda: {}[(1, "a")], lambda: QueryDict("a=1")["b"], lambda: open("/nowhere/x"), lambda: open(b"/nowhere/x"),
        lambda: pathlib.Path("/nowhere").read_text(), lambda: b"\xff".decode(), lambda: b"ab\xff\xfe".decode("utf-16-le"),
        lambda: b"\xff\xff".decode("ascii"), lambda: "ü€".encode("ascii"), lambda: "ü".encode("ascii"),
        lambda: "\U0001f600".encode("latin-1"), lambda: "€".encode("latin-1"), lambda: syntax("a b", "/shop/file.py"),
        lambda: syntax("if", "<string>"), lambda: syntax("  a\n b", "x.py"), lambda: __import__("no_such_module"),
        lambda: exec("from os import nothing"), lambda: 1 / 0, lambda: None.x, lambda: nothing, lambda: [][1], lambda: int("x"),  # noqa: F821
        lambda: next(iter([])), lambda: json.loads("{"), lambda: uuid.UUID("x"), lambda: decimal.Decimal("x"),
        lambda: datetime.datetime.strptime("x", "%Y"), lambda: re.compile("("), lambda: sys.exit(3), lambda: sys.exit("bye"),
        lambda: configparser.ConfigParser().get("a", "b"), lambda: socket.create_connection(("127.0.0.1", 1)),
        lambda: subprocess.check_output([sys.executable, "-c", "raise SystemExit(3)"]),
        lambda: Variable("a.b").resolve(Context({"a": {}})), lambda: User.objects.none().get(), lambda: with_params.error_dict,
    ):  # fmt: skip
        try:
            function()
        except BaseException as error:
            yield error


def made():
    yield from (ValueError(), ValueError("a"), ValueError("a", 1), ValueError(("a",)), ValueError(None), KeyError(), KeyError("a", "b"))
    yield from (OSError(), OSError("x"), OSError(1), OSError(2, "no"), OSError(2, "no", "f"), OSError(2, "no", "f", None, "g"))
    yield from (OSError(2, "no", "f", 0), OSError(2, "no", 7), OSError(None, "x"), BlockingIOError(11, "again", 5), OSError(2, "no", b"f"))
    yield from (UnicodeTranslateError("ü", 0, 1, "why"), UnicodeTranslateError("üü", 0, 2, "why"), UnicodeDecodeError("utf-8", b"", 0, 1, "why"))
    yield from (ImportError("x", name="y"), ImportError(), ImportError("a", "b"), SyntaxError(), SyntaxError("x"))
    yield from (SyntaxError("x", ("f", 1, 1, "t")), SyntaxError("x", (None, 1, 1, "t")), SyntaxError("x", ("a/f", None, 1, "t")))
    yield from (StopIteration(1), SystemExit(1), urllib.error.URLError("refused"), urllib.error.URLError(OSError(111, "Connection refused")))
    yield from (urllib.error.HTTPError("http://x", 404, "Not Found", {}, io.BytesIO()), http.client.IncompleteRead(b"abc", 5))
    yield from (http.client.IncompleteRead(b"abc"), http.client.BadStatusLine("x"), ssl.SSLError(1, "[SSL] x"), ssl.SSLCertVerificationError(1, "x"))
    yield from (subprocess.CalledProcessError(-signal.SIGKILL, ["a", "b"]), subprocess.CalledProcessError(-99, "a"))
    yield from (subprocess.TimeoutExpired("a", 1.5), subprocess.CalledProcessError(2, ("a", "b")), VariableDoesNotExist("a %s %r", ("b", {})))
    yield from (ValidationError("of %(size)s", params={"size": 7}), ValidationError(["a", "b"]), ValidationError({"f": ["a %s"]}))
    yield from (ValidationError([ValidationError("n %(n)05.1f", params={"n": 3})]), ValueError(ValidationError("one")), Worded(), Worded("x"))
    yield from of_rest_framework()
    for value in values():
        yield ValueError(value)
        yield ValueError("two", value)
    for detail in (gettext_lazy("No."), mark_safe("<b>"), Text("text"), Color.RED, Number.ONE, 7, 0, "0", "", [], ["a"], (), {}, {"a": [1]}, None, KeyError(1)):
        yield detailed(detail, "one")
    if sys.version_info >= (3, 11):
        yield ValueError(ExceptionGroup("g", [ValueError(1), ValueError(2)]))  # noqa: F821
        yield ValueError(ExceptionGroup("g", [ValueError(1)]))  # noqa: F821


def of_rest_framework():
    try:
        from rest_framework import exceptions
    except ImportError:
        return
    register_loaded()
    yield from (exceptions.NotFound(), exceptions.APIException("boom"), exceptions.Throttled(wait=3), exceptions.ValidationError("no"))
    yield from (exceptions.ValidationError({"sku": ["required"]}), exceptions.ValidationError([{"a": ["x"]}]), exceptions.MethodNotAllowed("GET"))
    yield ValueError(exceptions.ErrorDetail("no", code="x"), exceptions.NotFound())


def values():
    utc, number = datetime.timezone.utc, ngettext_lazy("%(n)d order", "%(n)d orders", 2)
    yield from (gettext_lazy("No such order."), pgettext_lazy("context", "May"), mark_safe("<b>x</b>"), Text("text"), lazystr("lazy"))
    yield from (number, format_lazy("{a}-{b}-{}", 1, a=gettext_lazy("Yes"), b=2), Color.RED, Number.ONE, Mixed.A, Status.OPEN)
    yield from (decimal.Decimal("9.90"), uuid.UUID(int=5), ValueError("in"), KeyError("in"), fractions.Fraction(1, 2), 1.5, True, b"x", 7)
    yield from (datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, 6), datetime.datetime(2026, 1, 2, 3, tzinfo=utc))
    yield from (datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=1), "X")), datetime.time(3, 4, tzinfo=utc))
    yield from (datetime.datetime(2026, 1, 2, fold=1), datetime.timedelta(3, 4), utc, pathlib.PurePosixPath("/a/b"), pathlib.PurePosixPath("a") / "b")
    yield from (pathlib.Path("."), pathlib.Path("a//b/"), [1, "a"], {"a": 1}, int, re.compile("x", re.I), range(3), range(1, 9, 2), slice(1, 2), ...)
    yield from (complex(1, 2), bytearray(b"x"), 10**30, decimal.Decimal("-1E+5"), float("inf"), ("it's", 'a "b"'), "", [], ())


def records():
    for message, args in (
        ("%s", (gettext_lazy("No such"),)), ("%s and %r", (Color.RED, Color.RED)), ("%d %5.2f %x %c", (3, 2.5, 255, "a")),
        ("%d", (decimal.Decimal("3.7"),)), ("%.2f", (decimal.Decimal("3.756"),)), ("%5d|%-5s|%05d", (3, "a", 7)),
        ("%(a)s %(b)d", ({"a": 1, "b": 2},)), ("100%", ()), ("100%% %s", ("x",)), ("%*d", (5, 3)), ("%-*d|", (5, 3)), ("%*d|", (-5, 3)),
        ("%.*f", (2, 3.14159)), ("%.3s", ("abcdef",)), ("%s", (ValueError("x"),)), ("%r", ("it's",)), ("%s", ({"a": 1},)), ("%i%%", (5,)),
        ("%+d % d", (5, 5)), ("%#x %o %e %g", (255, 8, 1.5, 1.5)), ("%s %s", (uuid.UUID(int=1), decimal.Decimal("1.0"))),
        (ValueError("message"), ()), (gettext_lazy("Hello %s"), ("x",)), (KeyError("message"), ()), (5, ()), (None, ()), ("%s", (None,)),
        ("%s", (True,)), ("%d", (True,)), ("%d", (Number.ONE,)), ("%s", (Number.ONE,)), ("%a", ("ü",)), ("%c", (65,)), ("%ld", (5,)),
        ("%f", (1,)), ("%.0f", (2.5,)), ("%.f", (2.7,)), ("%s", (("a", 1),)), ("%s", ([1],)), ("%5s|%-8r|", ("é", "x")), ("%s", (b"x",)),
        ("%x", (10**30,)), ("%s", (10**100,)), ("%s", (Status.OPEN,)), ("%s", (mark_safe("<b>"),)), ("%s", (ValidationError("no"),)),
        ("no %s", ()),
    ):  # fmt: skip
        yield logging.LogRecord("shop", logging.ERROR, __file__, 1, message, args, None)


class Failed(subprocess.CalledProcessError):
    """Its attributes are the project's, its text is the standard library's."""

    returncode = property(lambda self: sys.exit("it ran"), lambda self, value: None)

    def __getattribute__(self, name):
        raise SystemExit("it ran")


class Loud:
    def __str__(self):
        raise SystemExit("it ran")

    __repr__ = __format__ = __int__ = __index__ = __len__ = __bool__ = __str__


class Offset(datetime.tzinfo):
    utcoffset = dst = tzname = __repr__ = Loud.__str__


def decided():
    """What Python would run the project's code for, and what is said instead."""
    orders = User.objects.filter(pk=1)
    zoned = datetime.datetime(2026, 1, 2, tzinfo=Offset())
    yield OrderError(17), "17"
    yield OrderError(Loud()), "<__main__.Loud object>"
    yield KeywordError(status=503, api_key="s3cr3t"), "status=503, api_key=[Filtered]"
    yield MissingKey("sku"), "sku"
    yield Asking("one"), "one"
    yield ValueError(orders), "<QuerySet of User>"
    yield ValueError(slice(orders)), "slice(None, <QuerySet of User>, None)"
    yield ValueError(zoned), "2026-01-02 00:00:00 <__main__.Offset object>"
    yield ValueError("at", zoned), "('at', datetime.datetime(2026, 1, 2, 0, 0, tzinfo=<__main__.Offset object>))"
    yield detailed(orders, "one"), "one"
    yield detailed({"sku": ["required"]}), "{'sku': ['required']}"
    yield ValueError(SimpleLazyObject(lambda: Loud())), "<SimpleLazyObject, not evaluated>"
    yield ValueError(ContentType(pk=5)), "<contenttypes.ContentType pk=5>"
    yield ValueError(10**5000), "<int of 16610 bits>"
    yield ValueError(OrderError(ValueError("in"))), "in"
    failed = Failed(3, ["a"])
    BaseException.__dict__["__dict__"].__get__(failed)["returncode"] = 3
    yield failed, "Command '['a']' returned non-zero exit status 3."
    own, subprocess.CalledProcessError.__str__ = subprocess.CalledProcessError.__str__, Loud.__str__
    yield subprocess.CalledProcessError(3, "a"), "(3, 'a')"
    subprocess.CalledProcessError.__str__ = own
    for format, args, want in (
        ("order %s", (Loud(),), "order <__main__.Loud object>"), ("order %d", (Loud(),), "order <__main__.Loud object>"),
        ("order %r", (orders,), "order <QuerySet of User>"), ("%(a)s", ({"a": Loud()},), "<__main__.Loud object>"),
        ("%s %s", ("one",), "%s %s"), ("%s", ("one", "two"), "%s"), ("%y", ("one",), "%y"), ("%(a)s", ({"b": 1},), "%(a)s"),
        ("%9999999999d", (1,), " " * 999 + "1"), ("%.999999999f", (0.5,), "0.5" + "0" * 99), ("%s", ("x" * 10**6,), "x" * 1024),
    ):  # fmt: skip
        yield logging.LogRecord("shop", logging.ERROR, __file__, 1, format, args, None), want


def message_of(e) -> str:
    """What Sentry's SDK says: sentry_sdk/utils.py, get_error_message."""
    return str(getattr(e, "message", "") or getattr(e, "detail", "") or str(e))


def main():
    same, different = 0, []

    def compare(what, got, want):
        nonlocal same
        if got == want[:1024]:
            same += 1
        else:
            different.append({"what": what, "got": got, "want": want[:1024]})

    def said(of):
        with budget.Turn(budget.Budget()) as turn:
            if type(of) is logging.LogRecord:
                return messages.log_fields(of, turn)["message"]
            return messages.exception_value(of, turn)

    for error in (*raised(), *made()):
        compare(type(error).__name__, said(error), message_of(error))
    for record in records():
        compare(repr((record.msg, record.args)), said(record), record.getMessage())
    for of, want in decided():
        compare(type(of).__name__, said(of), want)
    json.dump({"same": same, "different": different}, sys.stdout)


main()
