"""A Django project in one file, for any server: project:wsgi, project:asgi, project.py runserver.

PROJECT_DATA    directory of the database, and of what views are to use
"""

import asyncio
import json
import logging
import os
import sys
import time

import django
from django.conf import settings

DATA = os.environ["PROJECT_DATA"]
if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(DATA, "project.sqlite3")}
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        MIDDLEWARE=["project.signed_in"],
        ROOT_URLCONF="project",
        SECRET_KEY="not-for-production",
        USE_TZ=True,
    )
    django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.decorators import sync_and_async_middleware  # noqa: E402

log = logging.getLogger("project")


@sync_and_async_middleware
def signed_in(get_response):
    """The query says who asks, and no statement is spent on it."""

    def assign(request):
        number = request.GET.get("as")
        if number:
            request.user = User(pk=int(number), username=f"user-{number}", email=f"user-{number}@example.com")

    if asyncio.iscoroutinefunction(get_response):

        async def middleware(request):
            assign(request)
            return await get_response(request)

    else:

        def middleware(request):
            assign(request)
            return get_response(request)

    return middleware


def ask(number):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 AS number_{number}_")


def pause(number):
    return 0.01 * (number % 5)


def work(request, number):
    """As many statements as the number has left when it is divided by 7, and a name of its own in each."""
    for _ in range(number % 7):
        ask(number)
        time.sleep(pause(number))
    return HttpResponse(f"{number}\n")


async def work_async(request, number):
    for _ in range(number % 7):
        await sync_to_async(ask)(number)
        await asyncio.sleep(pause(number))
    return HttpResponse(f"{number}\n")


def fail(request, number):
    work(request, number)
    raise ValueError(f"number {number} failed")


async def fail_async(request, number):
    await work_async(request, number)
    raise ValueError(f"number {number} failed")


def large(request):
    """A report that is about as large as one can be: what is random cannot be compressed."""

    def down(depth):
        first, second, third = os.urandom(250).hex(), os.urandom(250).hex(), os.urandom(250).hex()
        if depth:
            return down(depth - 1)
        raise ValueError("large")

    return down(50)


def slow(request):
    with open(os.path.join(DATA, "slow"), "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)


def fake(request):
    """Answers with the status and the headers that are in a file: a view that plays the probe."""
    with open(os.path.join(DATA, "fake.json")) as file:
        faked = json.load(file)
    response = HttpResponse("faked\n", status=faked["status"])
    for name, value in faked["headers"]:
        response[name] = value * faked.get("times", 1)
    return response


def secrets(request, number):
    """Has a secret wherever the probe looks: leaks.py holds all of them."""
    from leaks import leaks, texts

    text = texts[number]
    nested = {"note": [text, (text,)], text[:100]: 1}
    log.info("noted %s", text)
    log.warning("noted " + text)
    log.error("noted %s", text, exc_info=ValueError("logged " + text))
    with connection.cursor() as cursor:
        cursor.execute("SELECT '" + text.replace("'", "''").replace("%", "") + "' -- " + text.split("\n")[0].replace("%", ""))
        cursor.execute("SELECT %s", [text])
    try:
        leaks[number](text)
    except KeyError as error:
        if hasattr(error, "add_note"):
            error.add_note("a note of " + text)
        raise ValueError("cannot use " + text + " for that") from error


def page(request):
    return HttpResponse("<h1>A page</h1>\n" * 20)


urlpatterns = [
    path("", page),
    path("work/<int:number>/", work),
    path("fail/<int:number>/", fail),
    path("async/work/<int:number>/", work_async),
    path("async/fail/<int:number>/", fail_async),
    path("large/", large),
    path("slow/", slow),
    path("fake/", fake),
    path("secrets/<int:number>/", secrets),
]

wsgi = get_wsgi_application()
asgi = get_asgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
