"""Views that answer with a 5xx of their own making, without an exception."""

import gzip

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def json(request):
    """500 as JSON, with an api_key that ought not to be there."""
    failure = {
        "detail": "the payment provider is unavailable",
        "code": "provider_down",
        "api_key": "key-of-the-demo-7f3a9c",
    }
    return JsonResponse(failure, status=500)


def plain(request):
    """503 as plain text."""
    return HttpResponse("the shop is closed for stocktaking\n", status=503, content_type="text/plain")


def html(request):
    """500 as a page of the shop's own."""
    return render(request, "crashes/failure.html", status=500)


def big(request):
    """500 with a body of 3 MB."""
    line = "the same line again and again, to fill three megabytes of it.\n\n"
    return HttpResponse(line * (3_000_000 // len(line)), status=500, content_type="text/plain")


def gzipped(request):
    """500 with a body the view has compressed itself."""
    page = render_to_string("crashes/failure.html", request=request)
    response = HttpResponse(gzip.compress(page.encode()), status=500)
    response["Content-Encoding"] = "gzip"
    return response


def set_cookie(request):
    """500 that sets a cookie like that of a session."""
    response = HttpResponse("the cart is broken\n", status=500, content_type="text/plain")
    response.set_cookie("cart_session", "q7d1v0mzl2n8x4r6", httponly=True, samesite="Lax")
    return response
