"""Answers as Django resolves: reads a JSON list of [route, path] pairs and
writes a JSON list of true and false. Routes and paths have no leading slash."""

import json
import sys

from django.urls.resolvers import RoutePattern

patterns = {}


def matches(route, path):
    if route not in patterns:
        patterns[route] = RoutePattern(route, is_endpoint=True)
    return patterns[route].match(path) is not None


json.dump([matches(route, path) for route, path in json.load(sys.stdin)], sys.stdout)
