"""Messages of exceptions and of log records. What is no plain value among their arguments is described, not asked."""

import types

from .secrets import scrub
from .values import attributes_of, describe


def log_message(record) -> str:
    """The message of a log record. What is no plain value among its arguments is described, not asked."""
    message, args = record.msg, record.args
    try:
        if isinstance(args, dict):
            message = message % {k: plain(v) for k, v in args.items()}
        elif args:
            message = message % tuple(map(plain, args))
    except Exception:
        pass  # the arguments do not fit: the template alone
    return scrub(message[:4096])[:1024] if type(message) is str else describe(message)


def plain(value):
    if type(value) is str and len(value) > 4096:
        return value[:4096]
    return value if type(value) in (str, int, float, bool, type(None)) else describe(value)


def is_group(e: BaseException) -> bool:
    """Whether it is an exception group, Python's own or the backport's."""
    return any(c.__name__ == "BaseExceptionGroup" for c in type(e).__mro__)


def exception_value(e: BaseException) -> str:
    """Its message, as Sentry's SDK has it, else str() of it; where that would be the repr of its argument, a bounded
    one: it may be a QuerySet."""
    try:
        own = attributes_of(e)
        said = e.message if is_group(e) else own.get("message") or own.get("detail")
        if said and isinstance(said, str):
            text = str.__getitem__(said, slice(4096))
        elif isinstance(type(e).__str__, types.FunctionType) or all(plain(a) is a or type(a) is str for a in e.args):
            text = str(e)
        else:
            text = describe(e.args[0] if len(e.args) == 1 else e.args)
        return scrub(text[:4096])[:1024]
    except Exception:
        return "<its __str__ fails>"
