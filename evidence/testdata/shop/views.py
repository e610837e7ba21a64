"""The views of a small shop. Each fails in its own way: its name is the kind of the crash."""

import sys

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.http import Http404
from django.shortcuts import render


class OutOfStock(Exception):
    pass


def simple(request):
    price = "12,50"
    return float(price)


def no_message(request):
    raise OutOfStock


def key_error(request):
    prices = {"<b>rope</b>": 12, "O'Neill \"anchor\"": 99}
    return prices["O'Neill \"<i>anchors</i>\" & Co."]


def stock_of(name):
    return {"rope": 3}[name]


def chained(request):
    try:
        try:
            stock_of("anchor")
        except KeyError as exc:
            raise LookupError("no such product: anchor") from exc
    except LookupError as exc:
        raise OutOfStock("the stock\nof the warehouse is unreadable") from exc


def context(request):
    try:
        return 10 / len(request.GET.getlist("basket"))
    except ZeroDivisionError:
        return stock_of("average")


def from_none(request):
    try:
        stock_of("anchor")
    except KeyError:
        raise LookupError("no such product") from None


def not_found(request):
    try:
        raise Http404("No product matches the given query.")
    except Http404:
        raise ObjectDoesNotExist("and no page to say so")


def group(request):
    raise ExceptionGroup("two warehouses failed", [OutOfStock("north"), ValueError("south")])


def notes(request):
    error = OutOfStock("anchor")
    error.add_note("while packing order 17")
    error.add_note("the next delivery is on <Monday>")
    raise error


def template_syntax(request):
    return render(request, "syntax.html", {})


def template_include(request):
    return render(request, "include.html", {"products": ["rope", "anchor"]})


def template_value(request):
    return render(request, "value.html", {"stock": lambda: stock_of("anchor")})


def database(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT price FROM warehouse WHERE name = %s", ["anchor"])


def recursion(request, depth=0):
    return recursion(request, depth + 1)


def unicode(request):
    größe = "fünf 🌭 — 現金"

    def bestätigen(menge):
        raise ValueError(f"Käsekrainer für 5 € – наличными, {menge} \u202e\u00a0\t!")

    bestätigen(größe)


def huge_locals(request):
    digits = "0123456789" * 5000
    rows = [{"name": f"product {n}", "tags": ["rope", "anchor"] * 4, "price": n} for n in range(500)]
    cash = "現" * 5000
    broken = Unprintable()
    return rows[len(digits)], cash, broken


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no words for it")


async def asynchronous(request):
    async def reserve(name):
        raise OutOfStock(name)

    await reserve("anchor")


def multi_line(request):
    return sum(
        price * amount
        for price, amount in [
            (12, 1),
            ("99", None),
        ]
    )


def comprehension(request):
    discount = lambda price: price / 0  # noqa: E731
    return [
        discount(price) for price in (1, 2, 3)
    ]


def source_missing(request):
    exec(compile("def generated(x):\n    return x.price\n\ngenerated(None)\n", "<generated>", "exec"), {})


KINDS = [
    simple, no_message, key_error, chained, context, from_none, not_found, template_syntax, template_include,
    template_value, database, recursion, unicode, huge_locals, asynchronous, multi_line, comprehension, source_missing,
]
if sys.version_info >= (3, 11):
    KINDS += [group, notes]
