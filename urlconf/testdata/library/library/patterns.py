"""Patterns as other apps bring them."""

import re

from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern, URLResolver
from django.utils.translation import get_language


class Caseless(RegexPattern):
    """Decides as RegexPattern does, so it is one."""


class Mirrored(RoutePattern):
    """Decides in its own way."""

    def match(self, path):
        return super().match(path[::-1])


class Word:
    """Has a regex, and no other relation with Django's."""

    regex = re.compile("^word/", re.IGNORECASE)
    converters = {}

    def __str__(self):
        return "word/"

    def match(self, path):
        found = self.regex.search(path)
        return found and (path[found.end() :], (), {})


class Moon:
    """Has no regex at all."""

    converters = {}

    def match(self, path):
        return None


class Country(LocalePrefixPattern):
    """Has a regex that does not say what it matches."""

    @property
    def language_prefix(self):
        return "country/"


class Bilingual(URLResolver):
    """Includes other patterns in another language."""

    @property
    def url_patterns(self):
        return self.urlconf_name[get_language()]
