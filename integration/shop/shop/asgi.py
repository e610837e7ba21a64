"""The shop under ASGI: Django for HTTP, an echo for WebSocket, which Django does not speak."""

import os

import django
from django.core.asgi import get_asgi_application

from .websocket import echo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
if django.VERSION < (4, 2):
    # Django then reads a stream in the event loop, where it would refuse to query the database.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

http = get_asgi_application()


async def application(scope, receive, send):
    handler = echo if scope["type"] == "websocket" else http
    await handler(scope, receive, send)
