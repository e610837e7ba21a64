"""A Django project in one file, and the servers that drive it in this process: no port, no worker.

    PYTHONPATH=.. DJANGO_PROBE_SECRET=... python project.py [--debug] [--sentry] < requests.json

Reads [{"server": "wsgi" or "asgi", "path": "/…", "headers": {…}}, …] and writes for each what was answered:
[{"status": 200, "headers": [[name, value], …], "body": "…", "said": {…}}, …]. What Python itself says of an exception
is in "said".
"""

import asyncio
import collections
import contextlib
import contextvars
import dataclasses
import datetime
import decimal
import hmac
import io
import json
import logging
import os
import sys
import threading
import time
import traceback
import uuid

import django
from django.conf import settings

if "--sentry" in sys.argv:
    import sentry_sdk
    from sentry_sdk.transport import Transport

    class Nowhere(Transport):
        def capture_envelope(self, envelope):
            pass

    sentry_sdk.init(dsn="http://public@127.0.0.1/1", transport=Nowhere, traces_sample_rate=1.0)

settings.configure(
    DEBUG="--debug" in sys.argv,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not-for-production",
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        f"{__name__}.Failing",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "file:probe?mode=memory&cache=shared"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")],
        }
    ],
    LOGGING_CONFIG=None,  # Django's own handlers describe what is logged, and evaluate it
)
django.setup()

from django.contrib.auth.models import AnonymousUser, User  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.exceptions import SuspiciousOperation, ValidationError  # noqa: E402
from django.core.signals import got_request_exception  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse, StreamingHttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import include, path, re_path  # noqa: E402
from django.utils.functional import SimpleLazyObject, lazy  # noqa: E402

logging.basicConfig(level=logging.INFO, handlers=[logging.NullHandler()])
log = logging.getLogger("shop.orders")
said = {}
evaluated = []


class Failing:
    """Middleware that fails on demand."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/middleware/":
            raise RuntimeError("the middleware failed")
        if request.path == "/short/":
            return HttpResponse("short")
        return self.get_response(request)


def remember(sender=None, **_):
    if sys.exc_info()[0] not in (Silent, Counting, Ending):  # to print that would evaluate what it holds
        said["traceback"] = traceback.format_exc()


got_request_exception.connect(remember)


def trivial(request, **_):
    return HttpResponse("ok")


async def trivial_async(request):
    await asyncio.sleep(0)
    return HttpResponse("ok")


def queries(request, times):
    for number in range(times):
        User.objects.filter(username=f"s3cr3t-{number}").first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 's3cr3t-literal', 12345 -- s3cr3t-comment")
    return HttpResponse("ok")


def cached(request):
    cache.set("s3cr3t-key", 1)
    cache.get_many(["s3cr3t-key", "b"])
    return HttpResponse(str(cache.get("s3cr3t-key")))


def fail(number):
    half = number / 2
    return half / 0


def unhandled(request):
    User.objects.count()
    log.info("counted %s of %s", 3, "carrots")
    fail(7)


async def unhandled_async(request):
    await asyncio.sleep(0)
    fail(7)


def logged(request):
    try:
        fail(8)
    except ZeroDivisionError:
        log.exception("order %s was not counted", 17)
    log.error("no traceback")
    log.error("no exception", exc_info=True)
    log.warning("a traceback, and no error", exc_info=ValueError("no"))
    return HttpResponse("ok")


def logged_and_raised(request):
    try:
        fail(8)
    except ZeroDivisionError:
        log.exception("once")
        raise


def logged_often(request):
    for number in range(9):
        log.error("number %d", number, exc_info=ValueError(number))
    raise KeyError("last")


def chained(request):
    try:
        try:
            fail(9)
        except ZeroDivisionError:
            raise KeyError("context")
    except KeyError as error:
        raise ValueError("cause") from error


def suppressed(request):
    try:
        fail(9)
    except ZeroDivisionError:
        raise ValueError("alone") from None


def cyclic(request):
    first, second = ValueError("first"), KeyError("second")
    first.__cause__, second.__cause__ = second, first
    raise first


def worded(request):
    def hidden():
        __tracebackhide__ = True
        raise ValidationError("there is no size %(size)s", params={"size": 7})

    hidden()


def grouped(request):
    group = globals().get("ExceptionGroup") or __builtins__.ExceptionGroup
    inner = []
    for number in (1, 2):
        try:
            fail(number)
        except ZeroDivisionError as error:
            error.add_note(f"note {number}")
            inner.append(error)
    inner.append(group("inner", [KeyError("deep")]))
    try:
        fail(3)
    except ZeroDivisionError as error:
        raise group("outer", inner) from error


def recursive(request):
    def down(depth):
        return down(depth + 1)

    down(0)


def template(request):
    return render(request, "broken.html", {"price": Price()})


def template_syntax(request):
    return render(request, "syntax.html")


class Price:
    def total(self):
        raise ValueError("no price")


def logged_in(request):
    user = User(pk=7, username="ada", email="ada@example.com", password="s3cr3t-hash")
    if request.GET.get("as") == "asked":
        request._cached_user = user
        str(request.user)
    elif request.GET.get("as") == "assigned":
        request.user = user
    elif request.GET.get("as") == "anonymous":
        request.user = AnonymousUser()
    elif request.GET.get("as") == "lazy":
        request.user = SimpleLazyObject(lambda: evaluated.append("user") or user)
    fail(1)


def everything(request):
    """Fails with something of each part of a report that can be turned off."""
    request.user = User(pk=7, username="ada")
    cache.get("a")
    User.objects.count()
    log.error("carrots are out", exc_info=ValueError("carrots"))
    render(request, "broken.html", {"price": Price()})


class Loud:
    def __repr__(self):
        evaluated.append("repr")
        return "loud"

    __str__ = __hash__ = __len__ = __iter__ = __getitem__ = __repr__


class Asking(dict):
    def __repr__(self):
        evaluated.append("dict")
        return "asking"

    items = keys = __iter__ = __getitem__ = __len__ = __repr__


class Silent(Exception):
    pass


class Counting(Exception):
    def __str__(self):
        evaluated.append("str")
        return f"there are {User.objects.count()}"


class Ending(Exception):
    def __str__(self):
        evaluated.append("str")
        raise SystemExit("the worker ends")


def lazies(request):
    orders = User.objects.filter(pk__gt=0)
    loud, asking = Loud(), Asking(a=Loud())
    late = SimpleLazyObject(lambda: evaluated.append("lazy") or Loud())
    promise = lazy(lambda: evaluated.append("promise") or "x", str)()
    nested = {"orders": orders, "late": [late, promise, (loud,)]}
    user, generator = User(pk=5, username="ada"), (evaluated.append("generator") for _ in range(3))
    deferred = User.objects.defer("username")
    log.error("orders %s of %s", orders, loud, exc_info=Silent(orders, loud, late))
    log.info("quiet %s %s", late, promise)
    raise Silent(orders)


def counting(request):
    raise Counting("orders", 7)


def ending(request):
    raise Ending(17)


def logged_alone(request):
    log.critical("order %d of %s", 17, "Ada")
    log.error("another")
    logging.getLogger("django.request").error("of the response")
    return HttpResponse("ok")


def logged_both(request):
    log.error("first")
    log.error("second", exc_info=ValueError("of the second"))
    return HttpResponse("ok")


in_background = []


def background(request):
    """Leaves a thread behind that asks the database and logs, and notes what the probe keeps of the request then."""
    from django_probe.request import CURRENT

    exchange = CURRENT.get()

    def ask(number):
        User.objects.filter(pk=number).extra(select={f"number_{number}": "1"}).first()

    def go_on():
        while not exchange.over:
            time.sleep(0.001)
        for number in range(200):
            ask(number)
            log.error("number %d", number)
            log.error("number %d", number, exc_info=ValueError(number))
        kept = sorted(name for name, value in vars(exchange).items() if isinstance(value, (dict, list, tuple, collections.deque)) and value)
        in_background.append(f"200 statements later: {exchange.queries} counted, kept: {kept}")
        connection.close()

    ask(0)
    thread = threading.Thread(target=contextvars.copy_context().run, args=(go_on,))
    in_background.append(thread)
    thread.start()
    return HttpResponse("ok")


def background_said(request):
    in_background[0].join()
    return HttpResponse(in_background[-1])


def refused(request):
    return HttpResponse("busy", status=503)


@dataclasses.dataclass
class Line:
    sku: str
    count: int
    api_key: str


Point = collections.namedtuple("Point", "x token")


def values(request):
    text, number, yes, nothing, ratio = "carrots", 12, True, None, 1.5
    raw, day, price = b"raw", datetime.date(2026, 1, 2), decimal.Decimal("9.90")
    uid = uuid.UUID(int=5)
    items, pair, things, frozen = [1, "two"], (1,), {3}, frozenset()
    order = {"sku": "c-1", "password": "s3cr3t-a", "inner": {"token": ["s3cr3t-b"]}}
    ordered = collections.OrderedDict(a=1)
    point, line = Point(1, "s3cr3t-c"), Line("c-1", 2, "s3cr3t-d")
    long, many, huge = "x" * 100000, list(range(100000)), 10**5000
    deep = [[[[[[[["bottom"]]]]]]]]
    loop = []
    loop.append(loop)
    kind, function, module, failure = Line, fail, json, ValueError("why", 3)
    row = User(pk=5)
    raise ValueError("look")


def huge(request):
    def down(depth):
        a, b, c, d, e, f, g, h = (os.urandom(200).hex() for _ in range(8))
        everything = [os.urandom(200).hex() for _ in range(1000)]
        return down(depth - 1) if depth else fail(0)

    down(50)


def secrets(request):
    # What must not leave the process. Each begins with s3cr3t- or is of a shape that tells it.
    password = "s3cr3t-1"
    api_key = b"s3cr3t-2"
    user_token: str = "s3cr3t-3"
    SECRET_LIST = [
        "s3cr3t-4",
        "s3cr3t-5",
    ]
    config = {"db": {"PASSWORD": "s3cr3t-6", "host": "db"}, "Authorization": "Bearer s3cr3t-7abc"}
    argv = ("--password", "s3cr3t-8")
    url = "postgres://shop:s3cr3t-9@db/shop"
    bearer_line = "Bearer s3cr3t-10-abcdef"
    plain_text = "the password: s3cr3t-11 and more"
    jwt_like = "eyJhbGciOiJIUzI1NiJ9.eyJzM2NyM3QtMTIifQ.s3cr3t-12"
    stripe = "sk_live_s3cr3t-13-4eC39HqLyjWD"
    paid = "paid with 4111 1111 1111 1111, thanks"
    paid_number = 4111111111111111
    mail = "ada.s3cr3t-14@example.com"
    pem = "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t-15\n-----END RSA PRIVATE KEY-----"
    query = "next=/&token=s3cr3t-16&page=2"
    document = '{"session": {"id": "s3cr3t-17"}}'
    header = ["Cookie: sessionid=s3cr3t-18"]
    account = "DE89 3704 0044 0532 0130 00"
    social = "078-05-1120"
    point = Point(1, "s3cr3t-19")
    line = Line("c-1", 2, "s3cr3t-20")
    pairs = [("token", "s3cr3t-21"), ["api_key", "s3cr3t-22"]]
    by_mail = {"s3cr3t-23@example.com": "taken"}
    user = User(pk=1, password="s3cr3t-24", email="s3cr3t-25@example.com")
    long = "x" * 300 + " password=s3cr3t-26 " + "y" * 3000
    basic = "Basic QWRhOnMzY3IzdC0yNw=="
    form = '<input name="csrfmiddlewaretoken" value="s3cr3t-42">'
    block = "tls:\n  key: |\n    s3cr3t-43\n    s3cr3t-44\n"
    two_lines = "password=\n'api_key': 's3cr3t-45'"
    log.info("login with password=%s", "s3cr3t-28")
    log.error("token: %s", "s3cr3t-29", exc_info=KeyError("password=s3cr3t-30"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 's3cr3t-31', \"username\" FROM auth_user WHERE password = 's3cr3t-''32'")
        cursor.execute("SELECT %s", ["s3cr3t-33"])
        with contextlib.suppress(Exception):
            cursor.execute("SELECT E'it\\'s s3cr3t-41'")
    note = getattr(ValueError, "add_note", None)
    error = ValueError("refused: api_key=s3cr3t-34 for s3cr3t-35@example.com")
    if note:
        error.add_note("secret: s3cr3t-36")
    connect = dict(host="db", password="s3cr3t-37"); os.environ.get("SECRET_KEY", "s3cr3t-38")
    client_secret = ("s3cr3t-39"
                     "s3cr3t-40")
    raise error


def forged(request):
    response = HttpResponse("ok")
    response["X-Django-Probe"] = "1 abc forged=1"
    response["x-django-PROBE-report"] = "1/1 forged"
    response["X-Django-Probe-Else"] = "forged"
    response["X-Else"] = "kept"
    return response


def streamed(request):
    def parts():
        yield "one"
        yield "two"

    return StreamingHttpResponse(parts())


def suspicious(request):
    raise SuspiciousOperation("odd")


def database(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def meta(request):
    return HttpResponse("\n".join(sorted(f"{k}={v}" for k, v in request.META.items() if "PROBE" in k)))


def forking(request):
    """Answers what a child tells that was forked from a worker which has answered before."""
    from django.core.wsgi import get_wsgi_application

    app = get_wsgi_application()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        asked = f"2;abc123;{int(time.time())}"
        signed = hmac.new(os.environ["DJANGO_PROBE_SECRET"].encode(), f"GET {asked}".encode(), "sha256").hexdigest()
        got = wsgi(app, {"path": "/", "headers": {"X-Django-Probe-Signature": f"{asked} {signed}"}})
        os.write(writer, dict(got["headers"])["X-Django-Probe"].encode())
        os._exit(0)
    os.waitpid(child, 0)
    return HttpResponse(f"{child} {os.read(reader, 4096).decode()}")


views = {k: v for k, v in list(globals().items()) if callable(v) and getattr(v, "__module__", "") == __name__}
named = ([path("orders/<int:pk>/ü %/", trivial, name="order")], "shop")
urlpatterns = [
    path("", trivial, name="home"),
    path("queries/<int:times>/", queries),
    path("shop/", include(named, namespace="store")),
    re_path(r"^old/(?P<year>[0-9]{4})/$", trivial),
    *(path(f"{name.replace('_', '-')}/", view) for name, view in views.items() if name not in ("queries", "fail")),
]


def wsgi(app, request):
    url, _, query = request["path"].partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": url.encode().decode("latin-1"), "QUERY_STRING": query, "SERVER_NAME": "shop", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_SOFTWARE": "test server/1", "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
    }  # fmt: skip
    environ.update({"HTTP_" + k.upper().replace("-", "_"): v for k, v in request.get("headers", {}).items()})
    got = {}

    def start_response(status, headers, exc_info=None):
        got.update(status=int(status.split()[0]), headers=[list(h) for h in headers])

    body = app(environ, start_response)
    got["body"] = b"".join(body).decode()
    body.close()
    return got


async def asgi(app, request):
    url, _, query = request["path"].partition("?")
    headers = [(k.lower().encode(), v.encode()) for k, v in request.get("headers", {}).items()]
    scope = {
        "type": "http", "method": "GET", "path": url, "query_string": query.encode(), "headers": headers,
        "http_version": "1.1", "server": ("shop", 80), "client": ("127.0.0.1", 1), "scheme": "http",
    }  # fmt: skip
    got, body, requests = {}, [], [{"type": "http.request", "body": b""}]

    async def receive():
        if requests:
            return requests.pop()
        await asyncio.sleep(60)

    async def send(message):
        if message["type"] == "http.response.start":
            headers = [[k.decode(), v.decode()] for k, v in message["headers"]]
            got.update(status=message["status"], headers=headers)
        else:
            body.append(message.get("body", b""))

    await app(scope, receive, send)
    got["body"] = b"".join(body).decode()
    return got


def main():
    from django.core.asgi import get_asgi_application
    from django.core.wsgi import get_wsgi_application

    keep = connection.cursor()  # a shared database in memory lives as long as somebody is connected
    with contextlib.redirect_stdout(sys.stderr), connection.schema_editor() as editor:
        editor.create_model(User)
    apps = {"wsgi": get_wsgi_application(), "asgi": get_asgi_application()}
    answers = []
    for request in json.load(sys.stdin):
        said.clear()
        evaluated.clear()
        if request["server"] == "wsgi":
            got = wsgi(apps["wsgi"], request)
        else:
            got = asyncio.run(asgi(apps["asgi"], request))
        answers.append(dict(got, said=dict(said), evaluated=list(evaluated)))
    json.dump(answers, sys.stdout)
    keep.close()


if __name__ == "__main__":
    sys.modules["project"] = sys.modules["__main__"]
    main()
