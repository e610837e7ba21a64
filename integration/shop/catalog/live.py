"""Answers that take their time."""

import time

from django.http import HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_safe

from shop.streaming import stream

MAX_SECONDS = 60


@require_safe
def slow(request):
    """Answer after ?seconds= (0 to 60, default 2)."""
    try:
        seconds = float(request.GET.get("seconds", "2"))
    except ValueError:
        return HttpResponseBadRequest("seconds is not a number\n", content_type="text/plain")
    if not 0 <= seconds <= MAX_SECONDS:
        return HttpResponseBadRequest(f"seconds is not between 0 and {MAX_SECONDS}\n", content_type="text/plain")
    time.sleep(seconds)
    return HttpResponse(f"slept {seconds:g} s\n", content_type="text/plain")


def _ticks():
    for number in range(1, 4):
        if number > 1:
            time.sleep(0.2)
        yield f"id: {number}\nevent: tick\ndata: {number}\n\n"


@require_safe
def events(request):
    """Send three server-sent events, a fifth of a second apart, and end."""
    response = stream(request, _ticks(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    return response
