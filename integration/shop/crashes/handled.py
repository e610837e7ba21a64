"""Views whose exception Django answers, or they themselves."""

import logging

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse, JsonResponse

logger = logging.getLogger(__name__)


def logged(request):
    """500 as JSON for an exception that the view has caught and logged."""
    try:
        raise TimeoutError("the payment provider is slow")
    except TimeoutError:
        logger.exception("the payment was not made")
        return JsonResponse({"detail": "the payment was not made", "code": "provider_slow"}, status=500)


def message(request):
    """200, with an error that is logged without an exception."""
    logger.error("the payment of order %s is pending", "4711")
    return HttpResponse("thank you")


def wrapped_not_found(request):
    """404: Http404 raised while a KeyError is handled, which is no failure."""
    try:
        return {}["sku-1"]
    except KeyError:
        raise Http404("this product was never made")


def suspicious(request):
    """400: SuspiciousOperation, which Django logs as an attack."""
    raise SuspiciousOperation("this price was not ours")
