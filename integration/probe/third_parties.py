"""A Django project beside other monitoring: third_parties:wsgi, :asgi, :wrapped, :channels, third_parties.py runserver.

Everything that this monitoring sees of a request is recorded: by sentry-sdk, which sends it to SENTRY_DSN, and by a log
handler, an ASGI application around Django and views, which write it to PROJECT_DATA/recorded.

    PROJECT_DEBUG    1: Django's debug pages
    PROJECT_DEEP     1: views also look into the attributes of a server's objects; gunicorn's hold the environment
"""

import asyncio
import json
import logging
import os
import sys
import time

if not hasattr(time, "ahead"):  # runserver loads this file twice
    time.ahead, time.real = 0.0, time.time
    time.time = lambda: time.real() + time.ahead

import sentry_sdk  # noqa: E402
from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: E402

DATA, DSN = os.environ["PROJECT_DATA"], os.environ.get("SENTRY_DSN")
DEEP = os.environ.get("PROJECT_DEEP") == "1"

if DSN and not sentry_sdk.get_client().is_active():
    sentry_sdk.init(
        dsn=DSN,
        attach_stacktrace=True,
        include_local_variables=True,
        integrations=[LoggingIntegration(level=logging.INFO, event_level=logging.ERROR)],
        max_request_body_size="always",
        max_value_length=100_000,
        send_default_pii=True,
        traces_sample_rate=1.0,
    )

import django  # noqa: E402
from django.conf import settings  # noqa: E402


def record(by, what):
    with open(os.path.join(DATA, "recorded"), "a") as file:
        file.write(json.dumps({"by": by, "what": what}, default=repr) + "\n")


class Recorder(logging.Handler):
    """A log handler that keeps every attribute of a record, as those for JSON do."""

    def emit(self, log_record):
        attributes = {name: repr(value) for name, value in vars(log_record).items()}
        record("log", dict(attributes, message=log_record.getMessage()))


if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DEBUG=os.environ.get("PROJECT_DEBUG") == "1",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"recorder": {"class": "third_parties.Recorder"}, "stderr": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["recorder", "stderr"], "level": "INFO"},
        },
        ROOT_URLCONF="third_parties",
        SECRET_KEY="not-for-production",
        USE_TZ=True,
    )
    if __name__ == "__main__":
        sys.modules["third_parties"] = sys.modules["__main__"]
    django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

log = logging.getLogger("third_parties")


def extra(request):
    """What a project that wants to know everything logs."""
    return {"meta": dict(request.META), "sent_headers": dict(request.headers), "scope": getattr(request, "scope", None)}


@csrf_exempt
def fail(request):
    who = request.GET.get("who", "nobody")
    log.error("%s will fail", who, extra=extra(request))
    sentry_sdk.set_context("meta", extra(request))
    raise ValueError(f"{who} failed with {request.body!r}")


def described(value, depth):
    """A value and what it holds, to a depth. Modules are left out: they hold the environment of the process."""
    if isinstance(value, type(os)):
        return ""
    text = [repr(value)]
    if depth:
        held = []
        if isinstance(value, dict):
            held += value.values()
        elif isinstance(value, (list, tuple, set, frozenset)):
            held += value
        if not isinstance(value, type) and (DEEP or type(value).__module__.startswith("django_probe")):
            held += getattr(value, "__dict__", {}).values()
        held += [cell.cell_contents for cell in getattr(value, "__closure__", None) or ()]
        text += [described(each, depth - 1) for each in held[:200]]
    return "\n".join(text)


def frames_of(error):
    """The frames of a traceback, those above it, and those of all tasks, whoever's they are."""
    frames, tb = [], error.__traceback__
    while tb is not None:
        frames.append(tb.tb_frame)
        tb = tb.tb_next
    frame = frames[0].f_back
    while frame is not None:
        if frame.f_locals is not frame.f_globals:
            frames.append(frame)
        frame = frame.f_back
    try:
        coroutines = [task.get_coro() for task in asyncio.all_tasks()]
    except RuntimeError:
        coroutines = []  # there is no event loop
    for coroutine in coroutines:
        while getattr(coroutine, "cr_frame", None) is not None:
            frames.append(coroutine.cr_frame)
            coroutine = coroutine.cr_await
    return frames


def dumped(request):
    lines = [f"META {name}: {value!r}" for name, value in request.META.items()]
    lines += [f"header {name}: {value!r}" for name, value in request.headers.items()]
    try:
        raise LookupError("nothing is wrong")
    except LookupError as error:
        for frame in frames_of(error):
            lines.append(f"frame {frame.f_code.co_filename} {frame.f_code.co_name}")
            lines += [f"{name} = {described(value, 4)}" for name, value in list(frame.f_locals.items())]
    text = "\n".join(lines)
    record("dump", text)
    return HttpResponse(text, content_type="text/plain")


def dump(request):
    return dumped(request)


async def dump_async(request):
    return dumped(request)


def clock(request, second):
    """Sets the clock of this worker, which goes on from there."""
    time.ahead = second - time.real()
    return HttpResponse("set\n")


def home(request):
    return HttpResponse("home\n")


def owned(request, owner):
    """What a replayed request may reveal: it is all of the request that replays."""
    mine = f"owned by {owner}"
    raise PermissionError(mine)


urlpatterns = [
    path("", home),
    path("fail/", fail),
    path("dump/", dump),
    path("async/dump/", dump_async),
    path("clock/<int:second>/", clock),
    path("owned/<slug:owner>/", owned),
]

wsgi = get_wsgi_application()
asgi = get_asgi_application()


async def wrapped(scope, receive, send):
    """A plain ASGI application around Django that stores and logs the headers, before and after."""
    if scope["type"] == "http":
        record("wrapper", [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]])
        log.error("asked with %r", scope["headers"], extra={"scope": scope})
    await asgi(scope, receive, send)
    record("wrapper", repr(scope))


def __getattr__(name):
    """The application of Channels, where that is installed."""
    if name != "channels":
        raise AttributeError(name)
    from channels.generic.websocket import WebsocketConsumer
    from channels.routing import ProtocolTypeRouter
    from sentry_sdk.integrations.asgi import SentryAsgiMiddleware

    class Failing(WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            log.error("got %s", text_data, extra={"scope": self.scope})
            self.send("it fails")
            raise ValueError(f"{text_data} failed")

    return SentryAsgiMiddleware(ProtocolTypeRouter({"http": asgi, "websocket": Failing.as_asgi()}))


if __name__ == "__main__":
    execute_from_command_line(sys.argv)
