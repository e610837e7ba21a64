"""Waiting for Django. Until it comes nothing more is imported: other programs of this environment pay for none of it.

    DJANGO_PROBE_SECRET, DJANGO_PROBE_SECRET_FILE    16 to 256 printable characters, or where they are
"""

import os
import sys
from _thread import get_ident

from .log import broken, say

no_secret = ""  # why there is none
HOOKS = {  # what is in hooks.py for them
    "django.core.handlers.base": "hook_base",
    "django.core.handlers.wsgi": "hook_wsgi",
    "django.core.handlers.asgi": "hook_asgi",
    "django.db.backends.utils": "hook_database",
    "django.core.cache.backends.base": "hook_cache",
}
# This one copies the environment of the process into that of each request. Servers that a server starts, or that take
# its place, need the variable: it stays in that of the process.
COPIES = "wsgiref.handlers"


def start() -> None:
    read_secret()
    sys.meta_path.insert(0, Waiting())


def given_once(secret: bytes):
    """Keeps it where no traceback and no repr shows it, until it is taken."""

    def take() -> bytes:
        nonlocal secret
        taken, secret = secret, b""
        return taken

    return take


def read_secret() -> None:
    """Reads it now, while a server that will give up its rights may still have that of reading the file."""
    global no_secret, take_secret
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
        no_secret, take_secret = "", given_once(secret.encode())
    elif secret:
        no_secret = "the secret is not of 16 to 256 printable ASCII characters without blanks"


class Waiting:
    """A finder for the modules to hook. It leaves it to the finders behind it to find them.

    Agents have such finders, too, and ask the import system again from theirs: such a search passes by here, and what
    it finds is hooked once. Where one of them finds a module without asking, the next import of any other notices it.
    """

    def __init__(self) -> None:
        self.hooks = {**HOOKS, COPIES: ""}
        self.missing = set(self.hooks)  # have not been hooked
        self.searching = set()  # name and thread of each search

    def find_spec(self, name, path=None, target=None):
        if self.missing:
            self.catch_up()
        search = name, get_ident()
        if name not in self.hooks or search in self.searching:
            return None
        self.searching.add(search)
        try:
            finders = list(sys.meta_path)
            behind = finders[finders.index(self) + 1 :] if self in finders else finders
            finds = (getattr(finder, "find_spec", None) for finder in behind)
            spec = next(filter(None, (find(name, path, target) for find in finds if find is not None)), None)
        finally:
            self.searching.discard(search)
        try:
            if spec is not None and spec.loader is not None and type(spec.loader) is not Loader:
                spec.loader = Loader(spec, self.arrived)
        except BaseException:
            broken(f"waiting for {name}")
        return spec

    def catch_up(self) -> None:
        """Hooks what was loaded unnoticed."""
        for name in tuple(self.missing):
            module = sys.modules.get(name)
            if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
                self.arrived(module, name)

    def arrived(self, module, name: str) -> None:
        self.missing.discard(name)
        if name == COPIES:
            self.hide(module)
        elif no_secret:
            say(f"{no_secret}; it stands aside")
            self.missing.clear()
            self.hooks.clear()
            if self in sys.meta_path:
                sys.meta_path.remove(self)
        elif name in self.hooks:
            try:
                from . import hooks

                getattr(hooks, self.hooks[name])(module)
            except Exception as error:  # of another shape than expected, or there is no such thing
                say(f"{name} of this Django is not as expected; it stands aside there: {error}")
            except BaseException:
                broken(f"hooking {name}")


    def hide(self, module) -> None:
        try:
            module.BaseHandler.os_environ.pop("DJANGO_PROBE_SECRET", None)
        except BaseException:
            broken("hiding the secret")


class Loader:
    """Stands in a spec for its loader, whatever that can do, until it loads the module."""

    def __init__(self, spec, arrived) -> None:
        self.spec, self.loader, self.arrived = spec, spec.loader, arrived

    def __getattr__(self, name):
        value = getattr(self.__dict__.get("loader"), name)
        if name not in ("exec_module", "load_module"):
            return value

        def load(module):  # load_module takes its name
            self.leave(self.spec)
            if name == "load_module":
                module = value(module)
            else:
                self.leave(object.__getattribute__(module, "__dict__").get("__spec__"))
                value(module)
            self.arrived(module, self.spec.name)
            return module if name == "load_module" else None

        return load

    def leave(self, spec) -> None:
        """Gives the place back, first of all: a lazy loader takes it for its own."""
        if getattr(spec, "loader", None) is self:
            spec.loader = self.loader
