"""The hooks. In a request without the secret no frame of ours is in a traceback that Django sees: its debug page, too,
is the same byte for byte."""

import functools
import logging
import sys
from time import perf_counter as clock

from .log import broken
from .options import WITHOUT
from .protocol import admitted, admitted_asgi, with_answer
from .request import CURRENT

# Their messages without a traceback are about responses, which the gateway sees itself. Sentry's SDK ignores them, too.
OF_RESPONSES = ("django.request", "django.server")


def expect(function, *names: str):
    code = getattr(function, "__code__", None)
    if code is None or code.co_varnames[: code.co_argcount] != names:
        raise TypeError(f"{getattr(function, '__qualname__', function)} does not take ({', '.join(names)})")
    return function


class Hook:
    """Stands in a class for one of its methods. Only in a request with the secret is it more than that method."""

    def __init__(self, method, watch) -> None:
        functools.update_wrapper(self, method)
        self.method, self.watch, self._django_probe = method, watch, True

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        exchange = CURRENT.get()
        if exchange is None or exchange.over:
            return self.method.__get__(instance, owner)
        return functools.partial(self.watch, exchange, self.method, instance)

    def __call__(self, instance, *args, **kwargs):  # for who has wrapped it in turn, as Sentry's SDK does
        return self.__get__(instance)(*args, **kwargs)


def hooked(function) -> bool:
    """Whether it is a wrapper of ours: a module may arrive twice, and keep what was not loaded again."""
    return getattr(function, "_django_probe", False)


def mark(function):
    function._django_probe = True
    return function


def hook_wsgi(module) -> None:
    if hooked(module.WSGIHandler.__call__):
        return
    call = expect(module.WSGIHandler.__call__, "self", "environ", "start_response")

    @functools.wraps(call)
    def __call__(self, environ, start_response):
        exchange = admitted(
            environ.pop("HTTP_X_DJANGO_PROBE_SIGNATURE", None),
            environ.pop("HTTP_X_DJANGO_PROBE_SECRET", None),
            environ.get("REQUEST_METHOD"),
        )  # in no local, which other monitoring may report
        if exchange is None:
            return call(self, environ, start_response)
        exchange.server = environ.get("SERVER_SOFTWARE")

        def start(status, headers, *exc_info):
            # The headers of a streamed response go out before its body is made: what breaks then is out of reach.
            return start_response(status, with_answer(exchange, headers, "X-Django-Probe", str), *exc_info)

        CURRENT.set(exchange)
        try:
            return call(self, environ, start)
        finally:
            CURRENT.set(None)
            exchange.end()

    module.WSGIHandler.__call__ = mark(__call__)


def hook_asgi(module) -> None:
    if hooked(module.ASGIHandler.__call__):
        return
    call = expect(module.ASGIHandler.__call__, "self", "scope", "receive", "send")

    @functools.wraps(call)
    async def __call__(self, scope, receive, send):
        scope, exchange = admitted_asgi(scope)
        if exchange is None:
            return await call(self, scope, receive, send)

        async def answering(message):
            if message["type"] == "http.response.start":
                headers = with_answer(exchange, message.get("headers", ()), b"x-django-probe", str.encode)
                message = dict(message, headers=headers)
            await send(message)

        CURRENT.set(exchange)
        try:
            return await call(self, scope, receive, answering)
        finally:
            CURRENT.set(None)
            exchange.end()

    module.ASGIHandler.__call__ = mark(__call__)


def hook_base(module) -> None:
    if hooked(module.convert_exception_to_response):
        return
    from django.core.signals import got_request_exception

    convert = expect(module.convert_exception_to_response, "get_response")
    expect(module.BaseHandler._get_response, "self", "request")
    expect(module.BaseHandler._get_response_async, "self", "request")
    record = logging.Logger.callHandlers
    if not hooked(record):
        expect(record, "self", "record")

    # Around _get_response and what catches its exceptions: within, our frame would be in every traceback.
    def convert_exception_to_response(get_response):
        inner = convert(get_response)
        name = getattr(get_response, "__name__", "")
        if name == "_get_response":

            @functools.wraps(inner)
            def timed(request):
                exchange = CURRENT.get()
                if exchange is None:
                    return inner(request)
                exchange.request = request
                began = clock()
                try:
                    return inner(request)
                finally:
                    exchange.view_time = clock() - began

            return timed
        if name == "_get_response_async":

            @functools.wraps(inner)
            async def timed_async(request):
                exchange = CURRENT.get()
                if exchange is None:
                    return await inner(request)
                exchange.request = request
                began = clock()
                try:
                    return await inner(request)
                finally:
                    exchange.view_time = clock() - began

            return timed_async
        return inner

    def unhandled(sender=None, request=None, **_) -> None:
        exchange = CURRENT.get()
        if exchange is not None:
            exchange.request = exchange.request or request
            exchange.failed(sys.exc_info()[1], None)

    module.convert_exception_to_response = mark(convert_exception_to_response)
    got_request_exception.connect(unhandled, weak=False, dispatch_uid="django probe")
    if not hooked(record) and not WITHOUT.issuperset(("breadcrumbs", "logged")):
        logging.Logger.callHandlers = Hook(record, watch_record)


def watch_record(exchange, method, logger, record):
    try:
        # What the database logs is the statements again, with their parameters.
        if "breadcrumbs" not in WITHOUT and not record.name.startswith("django.db.backends"):
            exchange.noted().append((clock(), "log", record, 0.0, None))
        if "logged" not in WITHOUT and record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else None
            if error is not None or record.name not in OF_RESPONSES:
                exchange.failed(error, record)
    except BaseException:
        broken("noting a log record")
    return method(logger, record)


def hook_database(module) -> None:
    if hooked(module.CursorWrapper.__dict__["_execute_with_wrappers"]):
        return
    method = expect(module.CursorWrapper._execute_with_wrappers, "self", "sql", "params", "many", "executor")
    module.CursorWrapper._execute_with_wrappers = Hook(method, watch_statement)


def watch_statement(exchange, method, cursor, sql, params, many, executor):
    began = clock()
    try:
        return method(cursor, sql, params, many, executor)
    finally:
        now = clock()
        exchange.queries += 1
        exchange.query_time += now - began
        if "breadcrumbs" not in WITHOUT:
            exchange.noted().append((now, "query", sql, now - began, getattr(cursor, "db", None)))
        if exchange.repeats:
            exchange.ran(sql)


def hook_cache(module) -> None:
    if "cache" in WITHOUT or hooked(module.BaseCache.__init_subclass__):
        return
    names = ("get", "set", "add", "delete", "touch", "incr", "has_key", "get_many", "set_many", "delete_many", "clear")
    for name in names:
        getattr(module.BaseCache, name)

    def hook_methods(cls) -> None:
        for name in names:
            method = cls.__dict__.get(name)
            if hasattr(method, "__code__"):
                setattr(cls, name, Hook(method, watch_cache))

    base = module.BaseCache

    def hook_subclass(cls, **kwargs):  # each backend when it is defined: BaseCache itself has nothing worth a watch
        super(base, cls).__init_subclass__(**kwargs)
        hook_methods(cls)

    base.__init_subclass__ = classmethod(mark(hook_subclass))
    backends = base.__subclasses__()
    while backends:  # that were defined before
        backend = backends.pop()
        hook_methods(backend)
        backends += backend.__subclasses__()


def watch_cache(exchange, method, cache, *args, **kwargs):
    if exchange.in_cache:  # one method of the cache that calls another
        return method(cache, *args, **kwargs)
    exchange.in_cache, began = True, clock()
    try:
        return method(cache, *args, **kwargs)
    finally:
        exchange.in_cache, now = False, clock()
        exchange.cache_calls += 1
        exchange.cache_time += now - began
        if "breadcrumbs" not in WITHOUT:  # the keys may be those of sessions
            exchange.noted().append((now, "cache", method.__name__, now - began, None))
