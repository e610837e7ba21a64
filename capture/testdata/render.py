"""Renders the error pages of Django that the tests read.

Run it with any Python that has Django, in this directory:

    python render.py

It overwrites debug.html, debug.txt and production.html. Every secret in them is
made up and begins with "s3cr3t-", so that a test can look for what is left.
Style sheets and scripts are cut out, and the places of the machine are replaced.
"""

import re
import sys
from pathlib import Path

import django
from django.conf import settings
from django.test import RequestFactory
from django.views import debug, defaults

settings.configure(
    DEBUG=True,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="s3cr3t-settings-key",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATABASES={"default": {"PASSWORD": "s3cr3t-database", "OPTIONS": {"passfile": "s3cr3t-passfile"}}},
    CACHES={"default": {"LOCATION": "redis://:s3cr3t-redis@cache:6379"}},
    BROKER_URL="amqp://shop:s3cr3t-broker@queue//",
)
django.setup()
urlpatterns = []


def charge(request, order_id, card):
    api_key = "s3cr3t-local"
    customer = {"name": "Ada", "password": "s3cr3t-nested", "token": b"s3cr3t-bytes"}
    form = '<input type="hidden" name="csrfmiddlewaretoken" value="s3cr3t-form">'
    total_price = 1299
    return int("twelve") + total_price + len(api_key) + len(customer) + len(form)


def exception(request):
    try:
        charge(request, 4711, {"card_number": "s3cr3t-card", "brand": "visa"})
    except ValueError:
        return sys.exc_info()


def trimmed(page):
    page = re.sub(r"(?s)<(style|script)[^>]*>.*?</\1>", "", page)
    page = re.sub(r"(?s)(<table class=\"meta\">.*?Python Path:</th>\s*<td>).*?(</td>)", r"\1\2", page)
    page = re.sub(r"Python Path:\n?.*?\nServer time", "Python Path: []\nServer time", page, flags=re.S)
    page = page.replace(str(Path(__file__).resolve().parent), "/srv/shop").replace(sys.executable, "/srv/venv/bin/python")
    return re.sub(r"(?m)[ \t]+$", "", page)


def render(accept):
    request = RequestFactory(headers={"accept": accept}).post(
        "/orders/4711/?token=s3cr3t-query",
        {"password": "s3cr3t-post", "comment": "quickly please"},
        HTTP_AUTHORIZATION="Bearer s3cr3t-header",
    )
    request.COOKIES["sessionid"] = "s3cr3t-cookie"
    return trimmed(debug.technical_500_response(request, *exception(request)).content.decode())


Path("debug.html").write_text(render("text/html"))
Path("debug.txt").write_text(render("application/json"))
Path("production.html").write_bytes(defaults.server_error(RequestFactory().get("/")).content)
