"""Views that raise."""

import asyncio

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.shortcuts import render


def value_error(request):
    """A ValueError three calls deep, beside a local called password."""
    return _charge({"customer": "jane", "amount": "12,50"})


def _charge(payment):
    password = "correct horse battery staple"
    return _parse_amount(payment["amount"], password)


def _parse_amount(amount, password):
    currency = "EUR"
    return currency, float(amount), len(password)


def key_error(request):
    """A KeyError for a setting nobody made."""
    prices = {"anvil": 89}
    return prices["anchor"]


def chained(request):
    """A RuntimeError raised from the ValueError that caused it."""
    try:
        int("twelve")
    except ValueError as error:
        raise RuntimeError("the stock of the warehouse is unreadable") from error


def suppressed(request):
    """A LookupError that hides its cause: raised from None."""
    try:
        return {}["sku-1"]
    except KeyError:
        raise LookupError("no such product in the warehouse") from None


def template(request):
    """A template filter that raises while the page is rendered."""
    return render(request, "crashes/template.html", {"price": "on request"})


def template_syntax(request):
    """A TemplateSyntaxError: a tag that nobody wrote."""
    return render(request, "crashes/unknown_tag.html")


def template_include(request):
    """A TemplateDoesNotExist: an included template that is not there."""
    return render(request, "crashes/includes_nothing.html")


def database(request):
    """An OperationalError: a query on a table that does not exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM crashes_warehouse WHERE name = %s", ["north"])
        return cursor.fetchone()


def recursion(request):
    """A RecursionError: a function without an end."""

    def descend(depth):
        return descend(depth + 1)

    return descend(0)


def unicode(request):
    """A ValueError whose message is not ASCII."""
    raise ValueError("Käsekrainer für 5 € – наличными, 現金 🌭")


async def asynchronous(request):
    """A RuntimeError in an async view."""
    await asyncio.sleep(0)
    raise RuntimeError("the courier did not come back")


def missing_module(request):
    """A ModuleNotFoundError: an import of what was never installed."""
    import crashes.warehouse  # noqa: F401


def middleware(request):
    """A LookupError in a middleware, before there is a view."""
    raise AssertionError("crashes.middleware.Crash is not installed")


def permission(request):
    """403: PermissionDenied, which is no failure."""
    raise PermissionDenied("this till is not yours")


def not_found(request):
    """404: Http404, which is no failure either."""
    raise Http404("this product was never made")
