"""Answers as Django resolves: reads a JSON list of paths as they are on the wire
and writes a JSON list of [route, view, name], or null where Django answers
404. The project is in the current directory, DJANGO_SETTINGS_MODULE says how it
is set."""

import functools
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.getcwd())

import django

django.setup()

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, get_resolver
from django.utils import translation


def lookup(view):
    """As URLPattern.lookup_str."""
    if isinstance(view, functools.partial):
        view = view.func
    if hasattr(view, "view_class"):
        view = view.view_class
    elif not hasattr(view, "__name__"):
        return view.__module__ + "." + view.__class__.__name__
    return view.__module__ + "." + view.__qualname__


middleware = None
if any(name.endswith(".LocaleMiddleware") for name in settings.MIDDLEWARE):
    middleware = LocaleMiddleware(lambda request: HttpResponse())


def resolve(path):
    translation.deactivate()
    info = urllib.parse.unquote_to_bytes(path).decode("iso-8859-1")
    request = WSGIRequest({"REQUEST_METHOD": "GET", "PATH_INFO": info, "wsgi.input": sys.stdin.buffer})
    if middleware:
        middleware.process_request(request)
    try:
        match = get_resolver().resolve(request.path_info)
    except Resolver404:
        return None
    return [match.route, lookup(match.func), match.url_name]


json.dump([resolve(path) for path in json.load(sys.stdin)], sys.stdout)
