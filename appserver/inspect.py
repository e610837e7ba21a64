"""The task that describes what a Django project needs to be served, as JSON.

urlconf/load.py runs it, with the application to serve as its argument, such as shop.wsgi or shop.asgi:application; an
empty one is that of the settings, and "-" is none: then only the settings are read.
"""

import importlib
import importlib.util
import inspect
import json
import os
import sys
import traceback


def step(what, function):
    try:
        return function()
    except BaseException as e:  # SystemExit as well: settings that give up call sys.exit
        traceback.print_exc(file=sys.__stderr__)
        raise Failed("%s: %s" % (what, reason_of(e)))  # noqa: F821


def load_settings():
    from django.conf import settings

    settings.DEBUG  # makes Django read them
    return settings


def version_of(module):
    """The version of a server that is installed, or empty."""
    try:
        if importlib.util.find_spec(module) is None:
            return ""
        return str(getattr(importlib.import_module(module), "__version__", "?"))
    except Exception:
        return ""


def has_control_socket():
    try:
        from gunicorn.config import KNOWN_SETTINGS
    except Exception:
        return False
    return any(setting.name == "control_socket_disable" for setting in KNOWN_SETTINGS)


def names(settings, wsgi):
    """Where the application may be: what the settings say, or else what startproject makes beside them."""
    kind = "wsgi" if wsgi else "asgi"
    said = getattr(settings, kind.upper() + "_APPLICATION", None)
    if said:
        yield ":".join(said.rsplit(".", 1))
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    package = module.split(".")[0]
    try:
        if package != module and importlib.util.find_spec(package + "." + kind):
            yield "%s.%s:application" % (package, kind)
    except ImportError:
        pass


def choose(settings, gunicorn, uvicorn):
    """The application's name; empty if there is none that a server here could serve."""
    kinds = [True, False] if gunicorn or not uvicorn else [False, True]
    for wsgi in kinds:
        for name in names(settings, wsgi):
            return name
    return ""


def load(name):
    module, _, attribute = name.partition(":")
    found = importlib.import_module(module)
    for part in (attribute or "application").split("."):
        found = getattr(found, part)
    return found


def is_asgi(application):
    from django.core.handlers.asgi import ASGIHandler

    call = getattr(application, "__call__", None)
    if isinstance(application, ASGIHandler) or inspect.iscoroutinefunction(application) or inspect.iscoroutinefunction(call):
        return True
    return type(application).__module__.split(".")[0] in ("channels", "starlette", "fastapi")


def absolute(path):
    return os.path.abspath(str(path)) if path else ""


def directories(entries):
    """STATICFILES_DIRS without those that have a prefix."""
    return [absolute(entry) for entry in entries if not isinstance(entry, (list, tuple))]


def examine(app):
    import django

    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    settings = step("the settings %s cannot be imported" % module, load_settings)
    document = {
        "django": django.get_version(),
        "debug": bool(settings.DEBUG),
        "allowed_hosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "csrf_trusted_origins": [str(origin) for origin in settings.CSRF_TRUSTED_ORIGINS],
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "secure_ssl_redirect": bool(settings.SECURE_SSL_REDIRECT),
        "secure_proxy_ssl_header": list(settings.SECURE_PROXY_SSL_HEADER or []),
        "static_url": str(settings.STATIC_URL or ""),
        "static_root": absolute(settings.STATIC_ROOT),
        "static_dirs": directories(getattr(settings, "STATICFILES_DIRS", [])),
        "media_url": str(settings.MEDIA_URL or ""),
        "media_root": absolute(settings.MEDIA_ROOT),
    }
    if app != "-":
        gunicorn, uvicorn = version_of("gunicorn"), version_of("uvicorn")
        document.update({"gunicorn": gunicorn, "uvicorn": uvicorn, "control_socket": has_control_socket()})
        name = app or choose(settings, gunicorn, uvicorn)
        if name:
            if ":" not in name:
                name += ":application"
            application = step("the application %s cannot be imported" % name, lambda: load(name))
            document.update({"app": name, "asgi": is_asgi(application)})
            now = os.environ.get("DJANGO_SETTINGS_MODULE", "")
            if now != module:
                document["assigned_settings"] = now
    return document


def main(arguments):
    return json.dumps(examine(arguments[0] if arguments else ""))


load_project(main)  # noqa: F821
