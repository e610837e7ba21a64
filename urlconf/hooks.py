"""Changes what a project may do while load.py runs its manage.py: this file stands before load.py in the program."""

import os
import sys

# Debuggers that a manage.py may start: they would take the port of a running development server, or wait for a client.
DEBUGGERS = {
    "debugpy": ("listen", "connect", "wait_for_client"),
    "ptvsd": ("enable_attach", "attach", "wait_for_attach"),
    "pydevd": ("settrace",),
    "pydevd_pycharm": ("settrace",),
}


class Failed(Exception):
    """The project does not load; the message is the reason."""


class Changes(object):
    """Changes modules right after their import, so that nothing is imported earlier than manage.py does."""

    def __init__(self, changes):
        from importlib import util  # here, because find_spec may import nothing

        self.changes, self.util = changes, util

    def __enter__(self):
        for name in [n for n in self.changes if n in sys.modules]:
            self.changes.pop(name)(sys.modules[name])
        sys.meta_path.insert(0, self)

    def __exit__(self, *error):
        sys.meta_path.remove(self)

    def find_spec(self, name, path=None, target=None):
        change = self.changes.pop(name, None)
        if change is None:
            return None
        spec = self.util.find_spec(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                change(module)

            spec.loader.exec_module = exec_module
        return spec


class NoExec(object):
    """Refuses to become another program, as a manage.py does that starts itself again in its virtual environment."""

    real = {}

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        for name in ("execv", "execve"):
            if hasattr(os, name):
                NoExec.real[name] = getattr(os, name)
                setattr(os, name, self.refuse)

    def __exit__(self, *error):
        NoExec.restore()

    def refuse(self, program, *rest):
        raise Failed("manage.py starts itself again with %s: name that with --python (python in a Caddyfile)" % program)

    @staticmethod
    def restore():
        for name in NoExec.real:
            setattr(os, name, NoExec.real[name])


def silence(names):
    def change(module):
        for name in names:
            if hasattr(module, name):
                setattr(module, name, lambda *args, **kwargs: None)

    return change
