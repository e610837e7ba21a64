"""A Django under ASGI whose responses go on for a while.

/late/          a stream whose later chunks look like responses to others; ?status= (default 200)
/own/?token=x   says x
"""

import asyncio

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

settings.configure(SECRET_KEY="what is asked here is no secret", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, LOGGING_CONFIG=None)

FOREIGN = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign"


async def chunks():
    yield b"first"
    for _ in range(3):
        await asyncio.sleep(0.005)
        yield FOREIGN


async def late(request):
    status = int(request.GET.get("status", "200"))
    response = StreamingHttpResponse(chunks(), status=status)
    if "length" in request.GET:
        response["Content-Length"] = request.GET["length"]
    return response


async def own(request):
    return HttpResponse(request.GET["token"])


urlpatterns = [path("late/", late), path("own/", own)]
application = get_asgi_application()
