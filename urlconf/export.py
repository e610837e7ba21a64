"""The task that describes the URLconf of a Django project as JSON; docs/routes.md says what is in it.

load.py runs it, with a module to export instead of ROOT_URLCONF as its only argument, if any.
"""

import hashlib
import json
import os
import sys

FORMAT = 1


def export(urlconf):
    import django

    django.setup()

    from django.conf import settings
    from django.urls import get_resolver

    languages = [code for code, _ in settings.LANGUAGES]
    translated = languages if settings.USE_I18N else []
    locale_middleware = any(is_locale_middleware(name) for name in settings.MIDDLEWARE)
    active = set(translated if locale_middleware else []) | {settings.LANGUAGE_CODE}
    tree = Tree(settings.LANGUAGE_CODE, translated, sorted(active))
    return {
        "django": django.get_version(),
        "settings": os.environ.get("DJANGO_SETTINGS_MODULE", ""),
        "root_urlconf": urlconf or settings.ROOT_URLCONF,
        "append_slash": bool(settings.APPEND_SLASH),
        "script_name": settings.FORCE_SCRIPT_NAME or "",
        "static_url": url_of(settings.STATIC_URL),
        "media_url": url_of(settings.MEDIA_URL),
        "use_i18n": bool(settings.USE_I18N),
        "language_code": settings.LANGUAGE_CODE,
        "languages": languages,
        "locale_middleware": locale_middleware,
        "patterns": tree.nodes(get_resolver(urlconf).url_patterns, ancestors=()),
    }


def url_of(setting):
    from django.urls import get_script_prefix

    # Django puts the script prefix even before a URL that is not set.
    return "" if setting is None or setting == get_script_prefix() else str(setting)


def is_locale_middleware(name):
    from django.middleware.locale import LocaleMiddleware
    from django.utils.module_loading import import_string

    middleware = import_string(name)
    return isinstance(middleware, type) and issubclass(middleware, LocaleMiddleware)


class Tree:
    """Describes patterns as Django built them."""

    def __init__(self, language, languages, active):
        self.language = language
        self.languages = languages
        self.active = active  # the languages that a request may be resolved in

    def nodes(self, items, ancestors):
        ancestors += (id(items),)
        return [
            self.node(item, included, languages, ancestors)
            for item in items
            for included, languages in self.variants(item)
        ]

    def variants(self, item):
        """What item includes, and in which languages, or None for all of them."""
        from django.urls import URLResolver
        from django.utils import translation

        if not isinstance(item, URLResolver):
            return [(None, None)]
        if type(item).url_patterns is URLResolver.url_patterns:
            return [(item.url_patterns, None)]
        found = []
        for language in self.active:
            with translation.override(language):
                included = item.url_patterns
            for known, languages in found:
                if known == included:
                    languages.append(language)
                    break
            else:
                found.append((included, [language]))
        return found if len(found) > 1 else [(found[0][0], None)]

    def node(self, item, included, languages, ancestors):
        from django.urls import URLPattern, URLResolver
        from django.utils import translation

        # Here and not around it all: a URLconf may activate another when it is imported.
        with translation.override(self.language):
            node = self.pattern(getattr(item, "pattern", None))
        if isinstance(item, URLResolver):
            node["namespace"] = item.namespace
            node["app_name"] = item.app_name
            node["languages"] = languages
            if id(included) in ancestors:
                node["kind"] = "opaque"  # it includes itself, so the tree has no end
            else:
                below = Tree(self.language, self.languages, languages or self.active)
                node["children"] = below.nodes(included, ancestors)
        elif isinstance(item, URLPattern):
            node["view"] = item.lookup_str
            node["name"] = item.name
        else:
            node["kind"] = "opaque"
        return {key: value for key, value in node.items() if key == "children" or value not in (None, "", False, {})}

    def pattern(self, pattern):
        kind = kind_of(pattern)
        node = {"kind": kind}
        if kind == "opaque":
            return node
        regex = pattern.regex
        node["route"] = str(pattern)
        node["regex"] = regex.pattern
        node["flags"] = flags_of(regex)
        node["endpoint"] = bool(getattr(pattern, "_is_endpoint", False))
        node["translations"] = self.translations(pattern)
        if kind == "path":
            # A reverse() at import adds the converters of enclosing patterns.
            node["converters"] = {
                name: converter_of(converter)
                for name, converter in pattern.converters.items()
                if name in regex.groupindex
            }
        if kind == "locale_prefix":
            node["prefix_default_language"] = bool(pattern.prefix_default_language)
        return node

    def translations(self, pattern):
        from django.utils import translation
        from django.utils.functional import Promise

        found = {}
        if isinstance(getattr(pattern, "_route", None) or getattr(pattern, "_regex", None), Promise):
            for language in self.languages:
                with translation.override(language):
                    found[language] = {"route": str(pattern), "regex": pattern.regex.pattern}
        return found


def kind_of(pattern):
    from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern

    def matches_as(known, *attributes):
        ours = type(pattern)
        return isinstance(pattern, known) and all(getattr(ours, a) is getattr(known, a) for a in attributes)

    if matches_as(RoutePattern, "match", "regex"):
        return "path"
    if matches_as(RegexPattern, "match", "regex"):
        return "re_path"
    if isinstance(pattern, LocalePrefixPattern):
        # Its regex is for reverse() alone, so it does not say what it matches.
        return "locale_prefix" if matches_as(LocalePrefixPattern, "match", "language_prefix") else "opaque"
    return "re_path" if hasattr(getattr(pattern, "regex", None), "pattern") else "opaque"


def flags_of(regex):
    import re

    return "".join(letter.lower() for letter in "AIMSX" if regex.flags & getattr(re, letter))


def converter_of(converter):
    from django.urls import converters

    kind = type(converter)
    known = kind in {type(c) for c in converters.DEFAULT_CONVERTERS.values()} and kind.__module__ == converters.__name__
    changed = "to_python" in vars(converter) or kind.to_python.__module__ != converters.__name__
    return {
        "class": kind.__module__ + "." + kind.__qualname__,
        "regex": converter.regex,
        "opaque": not known or changed,
    }


def hash_of(document):
    # RFC 8785: no space, sorted keys, characters as they are.
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    # The only characters UTF-8 lacks are lone surrogates; this writes them as JSON does.
    return "sha256:" + hashlib.sha256(canonical.encode("utf-8", "backslashreplace")).hexdigest()


def main(arguments):
    document = export(arguments[0] if arguments else None)
    document["hash"] = hash_of(document)
    document["version"] = FORMAT
    document["python"] = "%d.%d.%d" % sys.version_info[:3]
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, default=str) + "\n"


load_project(main)  # noqa: F821
