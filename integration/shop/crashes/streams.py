"""Views that fail when the client already has a 200 and part of the body."""

from django.http import HttpResponse

from shop.streaming import stream

from .deaths import die


def streaming(request):
    """200, two lines, then an exception: a truncated answer."""
    return stream(request, _two_lines_then(_raise), content_type="text/plain")


def exit_midway(request):
    """200, two lines, then the worker is killed: a truncated answer."""
    return stream(request, _two_lines_then(die), content_type="text/plain")


def short(request):
    """200 with a body that is shorter than its Content-Length: a truncated answer."""
    response = HttpResponse("the first line\n", content_type="text/plain")
    response["Content-Length"] = "4711"
    return response


def _two_lines_then(fail):
    yield "the first line\n"
    yield "the second line\n"
    fail()
    yield "the line nobody reads\n"


def _raise():
    raise RuntimeError("the printer ran out of paper")
