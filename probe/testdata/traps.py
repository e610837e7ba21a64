"""Describes errors made of objects whose every method is a trap, and says which traps were sprung.

    PYTHONPATH=.. python traps.py

Prints {"cases": n, "sprung": ["case: method", …], "failed": ["case: exception", …], "selftest": n, "works": n}: how many
traps were tried at first, and how many of those work.
"""

import collections
import dataclasses
import datetime
import decimal
import fractions
import json
import logging
import pathlib
import sys
import types
import uuid

armed, sprung, case = False, [], ""
# Of no use to a description, or what makes an object in the first place.
EXEMPT = {
    "__new__", "__init__", "__init_subclass__", "__class_getitem__", "__del__", "__slots__", "__module__", "__qualname__",
    "__doc__", "__dict__", "__weakref__", "__prepare__", "__abstractmethods__", "__class__", "__mro__", "__bases__",
    "__base__", "__name__", "__flags__", "__basicsize__", "__itemsize__", "__dictoffset__", "__weakrefoffset__",
    "__text_signature__", "__annotations__", "__type_params__", "__notes__", "__cause__", "__context__",
    "__traceback__", "__suppress_context__", "__static_attributes__", "__firstlineno__", "__orig_bases__",
    "__annotate__", "__annotations_cache__",
}  # fmt: skip
PLAIN = (object, type, str, int, float, complex, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice, BaseException,
         types.FunctionType, types.ModuleType, datetime.datetime, decimal.Decimal, pathlib.PurePath, fractions.Fraction)  # fmt: skip
DUNDERS = {name for kind in PLAIN for name in dir(kind) if name.startswith("__") and name.endswith("__")} - EXEMPT
DUNDERS |= {
    *("__getattr__", "__bool__", "__html__", "__fspath__", "__index__", "__int__", "__float__", "__complex__", "__trunc__"),
    *("__bytes__", "__missing__", "__length_hint__", "__reversed__", "__copy__", "__deepcopy__", "__enter__", "__exit__"),
    *("__call__", "__get__", "__set__", "__delete__", "__await__", "__aiter__", "__anext__", "__next__", "__contains__"),
    *("__instancecheck__", "__subclasscheck__", "__subclasshook__", "__round__", "__matmul__", "__buffer__", "__iter__"),
}  # fmt: skip
NAMED = ("args", "message", "detail", "exceptions", "keys", "items", "values", "get", "name", "value", "tzinfo", "utcoffset", "tzname",
         "dst", "isoformat", "__notes__", "__cause__", "__context__", "__traceback__", "__suppress_context__", "errno", "filename", "strerror",
         "msg", "as_posix", "fromutc", "pk", "decode", "encode", "lower", "startswith", "getMessage", "method", "path", "model")  # fmt: skip


def spring(name):
    if armed:
        sprung.append(f"{case}: {name}")
        raise SystemExit(name)


def trap(name, base):
    def method(*args, **kwargs):
        spring(f"{base.__name__}.{name}")
        inherited = getattr(base, name, None)
        if inherited is None:
            raise AttributeError(name)
        return inherited(*args, **kwargs)

    return method


def own_of(value):
    """The attributes of an instance whose class says that it has others."""
    for base in type.mro(type(value)):
        found = type.__dict__["__dict__"].__get__(base).get("__dict__")
        if type(found) is types.GetSetDescriptorType:
            return found.__get__(value)
    return {}


def trapped(name, base):
    def get(self):
        spring(f"{base.__name__}.{name}")
        return own_of(self)[name] if name in own_of(self) else getattr(super(kinds[base], self), name)

    def put(self, value):
        spring(f"{base.__name__}.{name} = ")
        if hasattr(getattr(base, name, None), "__set__"):
            getattr(base, name).__set__(self, value)
        else:
            own_of(self)[name] = value

    return property(get, put)


meta_space = {name: trap(name, type) for name in DUNDERS if hasattr(type, name) or name.startswith("__getattr")}
for name in ("__mro__", "__name__", "__module__", "__bases__", "__dict__"):
    meta_space[name] = property(lambda self, name=name: spring("type." + name) or type.__dict__[name].__get__(self))
meta_space["__class__"] = property(lambda self: spring("type.__class__") or type)
meta_space.pop("__call__")
TrappedMeta = type("TrappedMeta", (type,), meta_space)
kinds = {}


def kind_of(base, metaclass=TrappedMeta):
    """A subclass whose every method and attribute is a trap."""
    if base in kinds:
        return kinds[base]
    space = {name: trap(name, base) for name in DUNDERS}
    space.update((name, trapped(name, base)) for name in NAMED)
    space["__class__"] = property(lambda self: spring(f"{base.__name__}.__class__") or base)
    space["__dict__"] = property(lambda self: spring(f"{base.__name__}.__dict__") or {})
    space["__module__"] = "shop.traps"
    if metaclass is TrappedMeta and type(base) is not type:
        metaclass = type(base)
    kinds[base] = type.__new__(metaclass, "Trapped" + base.__name__, (base,), space)
    return kinds[base]


def make(base, *args):
    kind = kind_of(base)
    value = base.__new__(kind, *args)
    if base.__init__ is not object.__init__:
        base.__init__(value, *args)
    return value


def trapped_values():
    yield make(object)
    yield make(str, "text")
    yield make(int, 7)
    yield make(float, 1.5)
    yield make(complex, 1j)
    yield make(bytes, b"bytes")
    yield make(bytearray, b"bytes")
    yield make(list, [1, make(object)])
    yield make(tuple, (1, make(object)))
    yield make(dict, {"a": make(object)})
    yield make(set, {1})
    yield make(frozenset, {1})
    yield make(collections.deque, [1])
    yield make(collections.OrderedDict, {"a": 1})
    yield make(collections.Counter, "abc")
    yield make(datetime.datetime, 2026, 1, 2, 3, 4)
    yield make(datetime.date, 2026, 1, 2)
    yield make(datetime.time, 3, 4)
    yield make(datetime.timedelta, 3)
    yield make(datetime.tzinfo)
    yield datetime.datetime(2026, 1, 2, tzinfo=make(datetime.tzinfo))
    yield datetime.time(1, 2, tzinfo=make(datetime.tzinfo))
    yield datetime.timezone(make(datetime.timedelta, 0, 3600))
    yield make(decimal.Decimal, "1.5")
    yield make(fractions.Fraction, 1, 2)
    yield make(pathlib.PurePosixPath, "/a/b")
    yield make(uuid.UUID, "00000000-0000-0000-0000-000000000005")
    yield make(types.ModuleType, "module")
    yield kind_of(object)
    yield kind_of(Exception)
    yield slice(make(object), make(list, [1]), make(int, 1))
    yield range(make(int, 1), make(int, 9), make(int, 2))
    yield types.MethodType(make(object), make(object))
    yield types.MethodType(lambda self: None, make(object))
    yield types.SimpleNamespace(a=make(object))
    yield types.MappingProxyType(make(dict, {"a": 1}))
    yield {make(str, "password"): make(object)}.keys()
    yield {1: make(object)}.items()
    yield iter([make(object)])
    yield (value for value in [make(object)])
    yield make(Exception, "why")
    yield make(KeyError, make(str, "why"))
    yield collections.namedtuple("Point", "x token")(make(object), make(object))
    yield dataclasses.make_dataclass("Line", ["sku", "api_key"])(make(object), make(object))
    yield {make(object): 1, make(str, "key"): make(object), make(bytes, b"key"): 2}
    yield {"name": make(str, "password"), "value": make(object)}
    yield ["password", make(object)]
    yield [make(object), make(object)]
    yield [make(object)] * 50
    yield make(BaseException, make(object)).args
    own = object.__new__(type("Holder", (), {}))
    own.__dict__ = make(dict, {"message": make(object), make(str, "detail"): 1})
    yield own
    yield from django_values()


def django_values():
    try:
        from django.contrib.auth.models import User
        from django.core.exceptions import ValidationError
        from django.http import HttpRequest
        from django.utils.functional import SimpleLazyObject, lazy
        from django.utils.safestring import SafeString
        from django.utils.translation import gettext_lazy, ngettext_lazy
    except ImportError:
        return
    user = make(User)
    yield user
    yield User.objects.filter(pk=1)
    yield type(User.objects.all())(model=kind_of(object))
    yield make(HttpRequest)
    yield SimpleLazyObject(lambda: spring("SimpleLazyObject"))
    evaluated = SimpleLazyObject(None)
    evaluated.__dict__["_wrapped"] = make(object)
    yield evaluated
    yield lazy(lambda *args: spring("lazy"), str)(make(object))
    yield gettext_lazy(make(str, "No such order."))
    yield gettext_lazy("No such order.")
    yield ngettext_lazy("%(n)d order", "%(n)d orders", "n")
    yield make(SafeString, "<b>")
    yield make(ValidationError, [make(str, "one"), ValidationError("two %(x)s", params={"x": make(object)})])
    yield make(ValidationError, {"field": [make(str, "one")]})


def exceptions():
    """Each trapped value as what an exception is made of."""
    for value in trapped_values():
        yield value, ValueError(value)
        yield value, ValueError("why", value)
        yield value, KeyError(value)
        yield value, OSError(2, value, value, None, value)
        yield value, OSError(value, value)
        yield value, ImportError(value, name=value, path=value)
        yield value, SyntaxError(value, ("file.py", 1, 2, value))
        yield value, StopIteration(value)
        yield value, SystemExit(value)
        yield value, AttributeError(value)
        yield value, make(Exception, value)
        yield value, make(KeyError, value)
        yield value, make(OSError, 2, value, value)
        for name in ("message", "detail", "__notes__", "msg", "filename", "strerror", "code"):
            plain = type("Plain", (OSError,), {})(value)
            BaseException.__setattr__(plain, name, value)
            yield value, plain
            trapping = make(Exception)
            BaseException.__dict__["__dict__"].__get__(trapping)[name] = value
            yield value, trapping
        noted = ValueError("noted")
        noted.__notes__ = [value, "note"]
        yield value, noted
        yield value, own_text(value)
        yield value, subprocess_error(value)
        grouped = getattr(__builtins__, "ExceptionGroup", None)
        if grouped:
            yield value, grouped("group", [ValueError(value), make(Exception, value)])
        cause, context = ValueError("cause"), ValueError("context")
        cause.__cause__, context.__context__ = make(Exception, value), make(Exception, value)
        yield value, cause
        yield value, context
    text = make(str, "ascii")
    yield text, UnicodeDecodeError(text, b"\xff", 0, 1, make(str, "why"))
    yield text, UnicodeEncodeError(text, make(str, "\xff"), 0, 1, make(str, "why"))
    yield text, SyntaxError(text, (make(str, "/a/file.py"), make(int, 3), 1, text))


def own_text(value):
    class Own(Exception):
        def __str__(self):
            return spring("Own.__str__") or ""

        __repr__ = __str__

    error = Own()
    error.order = value
    return error


def subprocess_error(value):
    import subprocess

    return subprocess.CalledProcessError(value, value)


def records(value):
    for message, args in (
        ("%s", (value,)), ("%r", (value,)), ("%a", (value,)), ("%d", (value,)), ("%5.1f", (value,)), ("%x", (value,)), ("%c", (value,)),
        ("%*d", (value, value)), ("%s %s", (value, value)), ("%(a)s %(b)d", ({"a": value, "b": value},)), ("%(a)s", (value,)),
        (value, ()), (value, (value,)), ("%s", ()), ("none", (value,)),
    ):  # fmt: skip
        record = logging.LogRecord("shop", logging.ERROR, __file__, 1, "", (), None)
        record.msg, record.args = message, args[0] if len(args) == 1 and type(args[0]) is dict else args
        yield record
    record = logging.LogRecord(make(str, "shop"), logging.ERROR, __file__, 1, value, (), None)
    record.levelname, record.args, record.exc_info = make(str, "ERROR"), value, value
    yield record
    trapped_record = make(logging.LogRecord, "shop", logging.ERROR, __file__, 1, "%s", (1,), None)
    yield trapped_record


class Space(dict):
    """The variables of a class body, as a metaclass may have them."""

    items = keys = values = get = __iter__ = __len__ = lambda *_: spring("Space")


def raised(error, value):
    """The error with a traceback, of a function and of a class body, that have the value among their variables."""
    local, password, nested = value, value, {"inner": [value]}
    program = "def inner():\n    held = value\n    raise error\ninner()"
    try:
        exec(compile(program, "shop/views.py", "exec"), {"error": error, "value": value}, Space())
    except BaseException as caught:
        return caught


def tried():
    """How many of the trapped values have a repr() that is a trap, to see that traps work."""
    global armed
    count = works = 0
    for value in trapped_values():
        if any(type(value) is kind for kind in kinds.values()):
            armed, count = True, count + 1
            try:
                repr(value)
            except SystemExit:
                works += 1
            armed = False
    sprung.clear()
    return count, works


def main():
    global armed, case
    try:
        import django
        from django.conf import settings

        settings.configure(INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"], DEFAULT_AUTO_FIELD="django.db.models.AutoField")
        django.setup()
    except ImportError:
        pass
    from django_probe import budget, exceptions as describing, user

    budget.CPU = budget.WAIT = 1e9
    failed, count = [], 0
    selftest, works = tried()

    def check(error, record):
        global armed
        armed = True
        try:
            described = describing.describe_error(error, record, budget.Budget())
        except BaseException as caught:
            armed = False
            failed.append(f"{case}: {caught!r}")
            return
        armed = False
        text = json.dumps(described)
        if "<not to be described>" in text:
            failed.append(f"{case}: {text}")

    for value, error in exceptions():
        count += 1
        case = f"{object.__repr__(error)} of {type.__repr__(type(value))}"
        check(raised(error, value), None)
    for value in trapped_values():
        for record in records(value):
            count += 1
            case = f"record {type.__repr__(type(record.__dict__['msg'] if type(record) is logging.LogRecord else record))} of {type.__repr__(type(value))}"
            check(None, record)
        count += 1
        case = f"user {type.__repr__(type(value))}"
        armed = True
        try:
            user.describe_user(value, True)
        except BaseException as caught:
            failed.append(f"{case}: {caught!r}")
        finally:
            armed = False
    found = {"cases": count, "sprung": sorted(set(sprung)), "failed": failed, "selftest": selftest, "works": works}
    json.dump(found, sys.stdout)


main()
