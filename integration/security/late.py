"""A Django under ASGI whose responses go on for a while.

/late/          a stream whose later chunks look like responses to others; ?status= (default 200)
/own/?token=x   says x
/events/        an event stream without an end
a WebSocket     is told its first message, and then nothing
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


async def ticks():
    while True:
        yield b"data: tick\n\n"
        await asyncio.sleep(0.2)


async def events(request):
    return StreamingHttpResponse(ticks(), content_type="text/event-stream")


urlpatterns = [path("late/", late), path("own/", own), path("events/", events)]
http = get_asgi_application()


async def application(scope, receive, send):
    if scope["type"] != "websocket":
        return await http(scope, receive, send)
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "hello"})
    while (await receive())["type"] != "websocket.disconnect":
        pass
