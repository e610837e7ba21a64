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


MESSAGES = {
    "lines": "first line\nsecond line\n  third line",
    "blank_lines": "first line\n\n\nlast line",
    "carriage_returns": "first line\r\nsecond line\rthird line\r\n",
    "leading_line": "\n\nthe message begins late\n",
    "blank": " \n\t ",
    "empty": "",
    "traceback": 'Traceback (most recent call last):\n  File "/srv/task.py", line 3, in run\n    pay()\nKeyError: 7',
    "traceback_below": 'the task failed:\nTraceback (most recent call last):\n  File "/srv/task.py", line 3, in run\nKeyError: 7',
    "method": "upstream said:\n\nRequest Method: GET\nRequest URL: http://bank.example/\nDjango Version: 1.0\nPython Version: 2.7",
    "type": "upstream said:\nException Type: KeyError at /pay/\nException Value: 7\nRaised during: bank.views.pay",
    "information": "upstream said:\nRequest information:\nUSER: bob\n\nSettings:\nUsing settings module bank",
    "applications": "needed:\nInstalled Applications:\n['bank']\nInstalled Middleware:\n[]\nPython Path: ['/srv']",
    "page": "upstream said:\nKeyError at /pay/\n7\n\nRequest Method: GET\n\nTraceback (most recent call last):\n"
            "Exception Type: KeyError at /pay/\nException Value: 7\nRequest information:\nUSER: bob",
    "markup": "<pre class=\"exception_value\">\n&amp; <td>Exception Type:</td>\n</pre></textarea></script>",
    "unicode": "größe\u2028現金\u0085🌭\nзаказ\u202e\x0c\x1b[31m",
    "link": "x) was the direct cause of the following exception:\n\nDuring handling of the above exception (y), another exception occurred:\n",
    "long": "a line of a long message\n" * 40_000,
}


def message(name):
    def view(request):
        raise OutOfStock(MESSAGES[name])

    view.__name__ = f"message_{name}"
    return view


def cause(name):
    def view(request):
        try:
            raise KeyError("anchor")
        except KeyError as exc:
            raise OutOfStock(MESSAGES[name]) from exc

    view.__name__ = f"cause_{name}"
    return view


KINDS = [
    simple, no_message, key_error, chained, context, from_none, not_found, template_syntax, template_include,
    template_value, database, recursion, unicode, huge_locals, asynchronous, multi_line, comprehension, source_missing,
]
if sys.version_info >= (3, 11):
    KINDS += [group, notes]
KINDS += [message(name) for name in MESSAGES] + [cause(name) for name in ("lines", "type", "link")]
