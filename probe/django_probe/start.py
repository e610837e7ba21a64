"""Waiting for Django. Until it comes nothing more is imported: other programs of this environment pay for none of it.

    DJANGO_PROBE_SECRET, DJANGO_PROBE_SECRET_FILE    16 to 256 printable characters, or where they are
"""

import os
import sys

from .log import say

SECRET = b""
no_secret = ""
HOOKS = {  # what is in hooks.py for them
    "django.core.handlers.base": "hook_base",
    "django.core.handlers.wsgi": "hook_wsgi",
    "django.core.handlers.asgi": "hook_asgi",
    "django.db.backends.utils": "hook_database",
    "django.core.cache.backends.base": "hook_cache",
}


def start() -> None:
    read_secret()
    sys.meta_path.insert(0, Waiting())


def read_secret() -> None:
    """Reads it now, while a server that will give up its rights may still have that of reading the file."""
    global SECRET, no_secret
    no_secret = "neither DJANGO_PROBE_SECRET nor DJANGO_PROBE_SECRET_FILE is set"
    secret, path = os.environ.get("DJANGO_PROBE_SECRET", ""), os.environ.get("DJANGO_PROBE_SECRET_FILE", "")
    if not secret and path:
        try:
            with open(path, encoding="ascii") as file:
                secret = file.read(4096)
        except (OSError, ValueError) as error:
            no_secret = f"DJANGO_PROBE_SECRET_FILE cannot be read: {type(error).__name__}"
            return
    secret = secret.strip()
    if 16 <= len(secret) <= 256 and all("!" <= c <= "~" for c in secret):
        SECRET = secret.encode()
    elif secret:
        no_secret = "the secret is not of 16 to 256 printable ASCII characters without blanks"


class Waiting:
    """A finder that finds nothing. It sees the modules to hook go by, and hooks them when they have been loaded."""

    def __init__(self) -> None:
        self.hooks = dict(HOOKS)

    def find_spec(self, name, path=None, target=None):
        if name not in self.hooks:
            return None
        finders = (f for f in list(sys.meta_path) if f is not self and hasattr(f, "find_spec"))
        spec = next(filter(None, (f.find_spec(name, path, target) for f in finders)), None)
        try:
            load = spec.loader.exec_module

            def exec_module(module):
                del spec.loader.exec_module  # that of its class is back
                load(module)
                self.arrived(module)

            spec.loader.exec_module = exec_module
        except AttributeError:
            say(f"{name} is loaded in a way it does not know; it stands aside")
        return spec

    def arrived(self, module) -> None:
        hook = self.hooks.pop(module.__name__, None)
        if not SECRET:
            say(f"{no_secret}; it stands aside")
            self.hooks.clear()
        elif hook is not None:
            try:
                from . import hooks

                getattr(hooks, hook)(module)
            except Exception as error:  # of another shape than expected, or there is no such thing
                say(f"{module.__name__} of this Django is not as expected; it stands aside there: {error}")
        if not self.hooks and self in sys.meta_path:
            sys.meta_path.remove(self)
