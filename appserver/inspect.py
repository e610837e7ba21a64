"""Writes what a Django project needs to be served, as JSON.

    cd PROJECT && DJANGO_SETTINGS_MODULE=MODULE python - RESULT [APP] < inspect.py

APP is the application to serve, such as shop.wsgi or shop.asgi:application; an empty one is that of the settings, and
"-" is none: then only the settings are read. urlconf.Runtime.Execute says what RESULT and the exit status are.
"""

import importlib
import importlib.util
import inspect
import io
import json
import os
import sys
import traceback


class Unusable(Exception):
    """This Python cannot serve the project."""


class Failed(Exception):
    """The project does not load; says in which step, and why."""


def reason_of(exception):
    lines = traceback.format_exception_only(type(exception), exception)
    # A SyntaxError begins with the place it was found in.
    return next(line for line in lines if not line.startswith("  ")).splitlines()[0]


def step(what, function):
    try:
        return function()
    except Unusable:
        raise
    except BaseException as e:  # SystemExit as well: settings that give up call sys.exit
        traceback.print_exc(file=sys.__stderr__)
        raise Failed("%s: %s" % (what, reason_of(e)))


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
    package = os.environ["DJANGO_SETTINGS_MODULE"].split(".")[0]
    try:
        if package != os.environ["DJANGO_SETTINGS_MODULE"] and importlib.util.find_spec(package + "." + kind):
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
    try:
        import django
    except ImportError as e:
        if e.name != "django":
            raise
        raise Unusable("it has no Django")
    module = os.environ["DJANGO_SETTINGS_MODULE"]
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
    return document


def write(path, text):
    with io.open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def main():
    result = sys.argv[1]
    app = sys.argv[2] if len(sys.argv) > 2 else ""
    sys.argv = ["manage.py", "check"]  # what the settings would see under manage.py
    sys.path.insert(0, os.getcwd())
    try:
        write(result, json.dumps(examine(app)))
        status = 0
    except Unusable as e:
        write(result, u"%s" % e)
        status = 2
    except Failed as e:
        write(result, u"%s" % e)
        status = 1
    except BaseException as e:
        traceback.print_exc(file=sys.__stderr__)
        write(result, reason_of(e))
        status = 1
    for stream in (sys.stdout, sys.stderr, sys.__stderr__):
        try:
            stream.flush()
        except Exception:
            pass  # the project closed or replaced it
    # A thread of the project must not keep the process.
    os._exit(status)


main()
