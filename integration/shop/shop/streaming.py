"""One way to stream a response, whichever server runs the shop."""

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse


def stream(request, parts, **options):
    """Return a response that sends each of parts, an iterator, as soon as it is made.

    Under ASGI Django reads a plain iterator to its end before it sends
    anything, so there the parts pass through an async generator, which Django
    takes since version 4.2. Options are those of StreamingHttpResponse.
    """
    if isinstance(request, ASGIRequest) and django.VERSION >= (4, 2):
        parts = _asynchronous(parts)
    return StreamingHttpResponse(parts, **options)


async def _asynchronous(parts):
    end = object()
    # In a thread: the iterator may sleep or query the database.
    step = sync_to_async(next)
    while (part := await step(parts, end)) is not end:
        yield part
