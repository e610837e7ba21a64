"""Measures what the probe costs: microseconds of a request, a statement and an exception, by turns with and without.

    python cost.py with|without|sdk SECRET

Writes one line of microseconds: a trivial request through WSGI, one with 20 statements, one that fails.
"""

import gc
import hmac
import io
import itertools
import sys
import time

how, secret = sys.argv[1], sys.argv[2]
sys.argv[1:] = []
if how == "sdk":
    import sentry_sdk
    from sentry_sdk.transport import Transport

    class Nowhere(Transport):
        def capture_envelope(self, envelope):
            envelope.serialize()  # what a transport does in its thread takes the processor all the same

    sentry_sdk.init(dsn="http://a@127.0.0.1/1", transport=Nowhere)

import project
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import path


def statements(request):
    for _ in range(20):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    return HttpResponse("ok")


project.settings.MIDDLEWARE = []
project.settings.ROOT_URLCONF = "project"
project.urlpatterns.insert(0, path("statements/", statements))
app = get_wsgi_application()
connection.cursor().close()


numbers = itertools.count()


def signed():
    asked = f"2;{next(numbers):016x};{int(time.time())}"
    return f"{asked} {hmac.new(secret.encode(), f'GET {asked}'.encode(), 'sha256').hexdigest()}"


def ask(url, rounds):
    headers = [signed() for _ in range(rounds)]
    began = time.process_time()
    for _ in range(rounds):
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": url, "SERVER_NAME": "shop", "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
        }  # fmt: skip
        if how != "sdk":
            environ["HTTP_X_DJANGO_PROBE_SIGNATURE"] = headers.pop()
        body = app(environ, lambda status, headers, exc_info=None: None)
        list(body)
        body.close()
    return (time.process_time() - began) / rounds * 1e6


for url in ("/", "/statements/", "/unhandled/"):
    ask(url, 50)
gc.disable()
best = {}
for _ in range(7):
    for url, rounds in (("/", 1000), ("/statements/", 200), ("/chained/", 60)):
        gc.collect()
        best[url] = min(best.get(url, 1e9), ask(url, rounds))
print(*(f"{value:.2f}" for value in best.values()))
