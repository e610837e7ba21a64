"""Views that raise more than one exception."""

from django.core.exceptions import PermissionDenied


def context(request):
    """An AttributeError raised by accident, while a KeyError is handled."""
    try:
        {}["sku-1"]
    except KeyError:
        return None.stock


def deep(request):
    """Three exceptions, each from the one before."""
    try:
        _refill()
    except RuntimeError as error:
        raise ConnectionError("the supplier was not asked") from error


def _refill():
    try:
        _count()
    except ZeroDivisionError:
        raise RuntimeError("the shelf was not counted")


def _count():
    return 12 / 0


def group(request):
    """An ExceptionGroup of two."""
    failures = []
    for part in ("twelve", "dozen"):
        try:
            int(part)
        except ValueError as error:
            failures.append(error)
    raise ExceptionGroup("two lines of the order are unreadable", failures)


def wrapped_refusal(request):
    """A PermissionDenied that became a RuntimeError, and so a failure."""
    try:
        raise PermissionDenied("this till is not yours")
    except PermissionDenied as error:
        raise RuntimeError("the till did not open") from error
