"""Records how Django shows exceptions, together with what Python itself says of them.

    record.py DIRECTORY [KIND ...]

For every crash of the shop beside this file, or for those named, it writes DIRECTORY/KIND.json.gz with the page that Django renders for a
browser, the one it renders for everyone else, and the truth: what traceback.TracebackException says of the exception
behind the former, with the source lines from linecache and the local variables as pprint prints them. The truth is
taken while Django renders the page, from the same objects.
"""

import asyncio
import gzip
import json
import linecache
import logging
import os
import pprint
import sys
import traceback
from pathlib import Path

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.test import AsyncRequestFactory, RequestFactory
from django.views.debug import ExceptionReporter

HERE = Path(__file__).resolve().parent
sys.path[0] = str(HERE)

# Where the pages say they come from: what differs between two machines is no evidence.
PLACES = {
    str(HERE): "/srv/shop",
    str(HERE.parent): "/srv/evidence",
    sys.prefix: "/srv/venv",
    os.path.realpath(sys.prefix): "/srv/venv",
    sys.base_prefix: "/usr/local",
    str(Path.home()): "/home/shop",
}


class Reporter(ExceptionReporter):
    """Django's own, which also leaves the truth behind."""

    truth = None

    def get_traceback_data(self):
        data = super().get_traceback_data()
        Reporter.truth = {
            "exceptions": exceptions(self.exc_type, self.exc_value, self.tb),
            "template": template(self.template_info),
        }
        return data


def exceptions(kind, value, tb):
    """The chain, the exception that was raised last at its end."""
    said = traceback.TracebackException(kind, value, tb)
    chain, relation = [], ""
    while said is not None:
        chain.append({
            "type": kind.__name__,
            "value": said._str,
            "notes": getattr(said, "__notes__", None) or [],
            "relation": relation,
            "frames": frames(said.stack, tb),
        })
        if said.__cause__ is not None:
            said, value, relation = said.__cause__, value.__cause__, "__cause__"
        elif said.__context__ is not None and not said.__suppress_context__:
            said, value, relation = said.__context__, value.__context__, "__context__"
        else:
            break
        kind, tb = type(value), value.__traceback__
    return chain[::-1]


def frames(stack, tb):
    found = []
    for summary, (frame, _) in zip(stack, traceback.walk_tb(tb)):
        if frame.f_locals.get("__traceback_hide__"):
            continue  # asgiref's, which asks not to be shown
        lines = [line.rstrip("\n") for line in linecache.getlines(summary.filename, frame.f_globals)]
        at = summary.lineno - 1
        found.append({
            "file": summary.filename,
            "line": summary.lineno,
            "function": summary.name,
            "source": summary.line or "",
            "module": frame.f_globals.get("__name__", ""),
            "pre": lines[max(0, at - 7):at],
            "post": lines[at + 1:at + 7],
            "locals": sorted([name, printed(value)] for name, value in frame.f_locals.items()),
        })
    return found


def printed(value):
    """As Django prints it, which gives up after 4096 characters."""
    try:
        text = pprint.pformat(value)
    except Exception as exc:
        text = f"Error in formatting: {type(exc).__name__}: {exc}"
    return text if len(text) <= 4096 else f"{text[:4096]}… <trimmed {len(text)} bytes string>"


def template(info):
    if info is None:
        return None
    lines = Path(info["name"]).read_text().split("\n")
    at = info["line"] - 1
    return {"file": info["name"], "line": info["line"], "pre": lines[:at], "source": lines[at], "post": lines[at + 1:]}


def page(path, accept):
    request = RequestFactory().get(path, HTTP_ACCEPT=accept)
    answer = {}
    body = get_wsgi_application()(request.environ, lambda status, headers: answer.update(headers, status=status))
    return answer["status"], answer["Content-Type"], b"".join(body).decode()


def page_async(path, accept):
    request = AsyncRequestFactory().get(path, ACCEPT=accept)
    response = asyncio.run(get_asgi_application().get_response_async(request))
    return str(response.status_code), response["Content-Type"], response.content.decode()


def record(view):
    kind = view.__name__
    render = page_async if kind == "asynchronous" else page
    status, html_type, html = render(f"/{kind}/", "text/html")
    truth = Reporter.truth
    _, text_type, text = render(f"/{kind}/", "application/json")
    assert status.startswith("500") and html_type.startswith("text/html") and text_type.startswith("text/plain"), kind
    view_name = f"{view.__module__}.{kind}" if django.VERSION >= (4, 0) else ""
    return {"django": django.get_version(), "python": "%d.%d.%d" % sys.version_info[:3], "view": view_name,
            "html": html, "text": text, **truth}


def relocated(text):
    for place in sorted(PLACES, key=len, reverse=True):
        text = text.replace(place, PLACES[place])
    return text


def main(directory, *kinds):
    settings.configure(
        DEBUG=True,
        SECRET_KEY="never-in-evidence",
        ROOT_URLCONF="shop.urls",
        ALLOWED_HOSTS=["*"],
        DEFAULT_EXCEPTION_REPORTER="__main__.Reporter",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "shop/templates"]}],
        LOGGING_CONFIG=None,
        USE_TZ=True,
    )
    django.setup()
    logging.disable()
    from shop import views

    directory.mkdir(parents=True, exist_ok=True)
    for view in views.KINDS:
        if kinds and view.__name__ not in kinds:
            continue
        text = relocated(json.dumps(record(view), ensure_ascii=False))
        with gzip.GzipFile(directory / f"{view.__name__}.json.gz", "wb", compresslevel=9, mtime=0) as out:
            out.write(text.encode())


main(Path(sys.argv[1]), *sys.argv[2:])
