"""A Django that says what it was asked, and keeps a list of it.

    ECHO_FILES   directory of what /sendfile/ names
    ECHO_HOSTS   hosts of its own beside shop.example.com

/log/?prefix=/x tells the requests whose path begins so, for those
who ask it on the socket itself.
"""

import gzip
import os
import threading

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, re_path

settings.configure(
    SECRET_KEY="what is asked here is no secret",
    ALLOWED_HOSTS=["shop.example.com", "log", *os.environ.get("ECHO_HOSTS", "").split()],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    LOGGING_CONFIG=None,
)
django.setup()

seen = []
lock = threading.Lock()


def note(request):
    with lock:
        seen.append({"method": request.method, "path": request.get_full_path(), "body": request.body.decode("latin-1")})


def echo(request):
    note(request)
    return JsonResponse(
        {
            "method": request.method,
            "path": request.get_full_path(),
            "body": request.body.decode("latin-1"),
            "host": request.get_host(),
            "secure": request.is_secure(),
            "url": request.build_absolute_uri(),
            "meta": {name: value for name, value in request.META.items() if isinstance(value, str) and name not in os.environ},
        }
    )


def log(request):
    prefix = request.GET["prefix"]
    with lock:
        return JsonResponse([r for r in seen if r["path"].startswith(prefix)], safe=False)


def early(request):
    """Answer without a look at the body."""
    with lock:
        seen.append({"method": request.method, "path": request.get_full_path(), "body": ""})
    return HttpResponse("early")


def header(request):
    note(request)
    response = HttpResponse("a header")
    response["X-Echo"] = request.GET["value"]
    return response


def cookie(request):
    note(request)
    response = HttpResponse("a cookie")
    response.set_cookie("echo", request.GET["value"])
    return response


def redirect(request):
    note(request)
    return HttpResponseRedirect(request.GET["to"])


def accel(request):
    response = HttpResponse("not this")
    response["X-Accel-Redirect"] = request.GET["file"]
    return response


def sendfile(request):
    response = HttpResponse("not this")
    response["X-Sendfile"] = os.environ["ECHO_FILES"] + request.GET["file"]
    return response


BOMB = gzip.compress(bytes(200 << 20), 9)  # 200 MB of nothing


def bomb(request):
    response = HttpResponse(BOMB, status=500, content_type="text/html")
    response["Content-Encoding"] = "gzip"
    return response


urlpatterns = [
    path("log/", log),
    re_path("^c/[0-9]+/header/$", header),
    re_path("^c/[0-9]+/cookie/$", cookie),
    re_path("^c/[0-9]+/early/$", early),
    re_path("^c/[0-9]+/redirect/$", redirect),
    path("accel/", accel),
    path("sendfile/", sendfile),
    path("bomb/", bomb),
    re_path("", echo),
]
application = get_wsgi_application()
