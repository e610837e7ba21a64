"""Loads a Django project as its manage.py does, and then runs a task in it.

    cd PROJECT && python - RESULT OPTIONS [ARGUMENT...] < hooks.py, load.py and the task

manage.py runs as `python manage.py check` would run it, up to the call that hands over to Django. There the task runs,
with the settings, sys.path and environment that manage.py has prepared, and then the process ends.

OPTIONS is a JSON object: "manage" is the path of manage.py, or else "entry" and "module" are those of wsgi.py or
asgi.py; "root" is the directory to import from; "settings" overrides what these say. RESULT is a file, because standard
output belongs to the project. The exit status is 0, and RESULT is what the task returned; or 1 if the project failed,
with the traceback on standard error, or 2 if this Python cannot run the project: RESULT then has the reason in one line.

Beside RESULT, "loaded.json" has what manage.py prepared, and "waiting" has tracebacks of a project that takes long.
Python 3.6 is enough. Older ones can still parse this file, to be refused.
"""

import io
import json
import os
import sys
import traceback

SETTINGS = "DJANGO_SETTINGS_MODULE"

# Seconds between two tracebacks of a project that takes long.
WATCH = 2


class Unusable(Exception):
    """This Python cannot run the project, whatever the project is."""


class Reached(BaseException):
    """Ends wsgi.py or asgi.py where it asks Django for the application."""


class Loader(object):
    def __init__(self, task, result, options, arguments):
        self.task, self.result, self.options, self.arguments = task, result, options, arguments
        self.started = False
        self.path = list(sys.path)
        self.environ = dict(os.environ)
        self.main = sys.modules["__main__"]  # which must outlive its place in sys.modules

    def load(self):
        try:
            check_version()
            watch(self.beside("waiting"))
            changes = {name: silence(DEBUGGERS[name]) for name in DEBUGGERS}
            changes["django.core.management"] = self.intercept
            Changes(changes).__enter__()
            if self.options.get("manage"):
                self.run_manage(self.options["manage"])
            else:
                # dotenv and others take a program without a file for an interactive session.
                self.main.__file__ = os.path.join(self.options["root"], "manage.py")
            if not os.environ.get(SETTINGS) and not configured() and self.options.get("entry"):
                self.run_entry(self.options["entry"], self.options["module"])
        except BaseException as e:  # SystemExit as well: a manage.py that gives up calls sys.exit
            self.fail(e)
        self.begin()

    def run_manage(self, path):
        import types

        main = types.ModuleType("__main__")
        main.__file__ = path
        sys.modules["__main__"] = main
        with io.open(path, "rb") as file:
            code = compile(file.read(), path, "exec", 0, True)
        with NoExec(path):
            try:
                exec(code, main.__dict__)
            except SystemExit as e:
                raise Failed("manage.py exits before it starts Django: " + reason_of(e))

    def intercept(self, management):
        """Makes the entries of django.core.management begin the task."""
        for owner, name in (
            (management, "execute_from_command_line"),
            (management, "call_command"),
            (management.ManagementUtility, "execute"),
            (management.BaseCommand, "execute"),
        ):
            setattr(owner, name, self.beginning(getattr(owner, name)))

    def beginning(self, real):
        def begin(*args, **kwargs):
            # A manage.py may call django.setup() itself, and the ready() of an app may run a command.
            if self.started or loading_apps():
                return real(*args, **kwargs)
            self.begin()

        begin.__name__ = real.__name__
        return begin

    def run_entry(self, path, module):
        from importlib import util

        def stop(of):
            def reached(*args, **kwargs):
                raise Reached()

            for name in ("get_wsgi_application", "get_asgi_application"):
                if hasattr(of, name):
                    setattr(of, name, reached)

        spec = util.spec_from_file_location(module, path)
        with Changes({"django.core.wsgi": stop, "django.core.asgi": stop}):
            try:
                spec.loader.exec_module(util.module_from_spec(spec))
            except Reached:
                pass
        for name in ("django.core.wsgi", "django.core.asgi"):
            sys.modules.pop(name, None)  # the application is loaded later, by what Django really has

    def begin(self):
        """Runs the task, and ends the process."""
        self.started = True
        NoExec.restore()
        try:
            if self.options.get("settings"):
                os.environ[SETTINGS] = self.options["settings"]
            check_django()
            use_configurations()
            if not os.environ.get(SETTINGS) and not configured():
                tried = ["manage.py"] if self.options.get("manage") else []
                tried += [self.options["module"]] if self.options.get("entry") else []
                raise Failed("%s is not set by %s" % (SETTINGS, " or ".join(tried + ["the environment"])))
            loaded = self.prepared()
            write(self.beside("loaded.json"), json.dumps(dict(loaded, environ={})))
            text = self.task(self.arguments)
        except BaseException as e:
            self.fail(e)
        # Only now, when they are about to be read: variables may be secrets.
        write(self.beside("loaded.json"), json.dumps(loaded))
        write(self.result, text)
        end(0)

    def fail(self, e):
        if isinstance(e, Unusable):
            write(self.result, u"%s" % e)
            end(2)
        if not has_django() and not isinstance(e, Failed):
            # manage.py says so in its own words, and raises an error of its own.
            write(self.result, u"it has no Django")
            end(2)
        if not isinstance(e, Failed):
            traceback.print_exception(type(e), e, e.__traceback__, file=sys.__stderr__)
        write(self.result, u"%s" % e if isinstance(e, Failed) else reason_of(e))
        end(1)

    def prepared(self):
        """What manage.py has prepared, and a server needs to load the project, too."""
        environ = {n: v for n, v in os.environ.items() if self.environ.get(n) != v and n != SETTINGS}
        first, second, last = [], [], []
        kept = sum(entry in self.path for entry in sys.path)  # of those that were there before
        passed = 0
        for entry in sys.path:
            if entry in self.path:
                passed += 1
            elif entry not in first + second + last:
                (first if passed == 0 else last if passed == kept else second).append(entry)
        return {
            "settings": os.environ.get(SETTINGS, ""),
            "environ": environ,
            "first": [os.path.abspath(e) for e in first],
            "second": [os.path.abspath(e) for e in second],
            "last": [os.path.abspath(e) for e in last],
        }

    def beside(self, name):
        return os.path.join(os.path.dirname(self.result), name)


def check_version():
    if sys.version_info < (3, 6):
        raise Unusable("it is Python %d.%d, and Django 3.2 needs 3.6 or later" % sys.version_info[:2])


def has_django():
    try:
        import django  # noqa: F401
    except ImportError as e:
        return e.name != "django"
    return True


def check_django():
    if not has_django():
        raise Unusable("it has no Django")
    import django

    if django.VERSION < (3, 2):
        raise Unusable("it has Django %s, and 3.2 or later is needed" % django.__version__)


def configured():
    """Whether manage.py has called settings.configure."""
    conf = sys.modules.get("django.conf")
    return conf is not None and conf.settings.configured


def loading_apps():
    registry = sys.modules.get("django.apps.registry")
    return registry is not None and registry.apps.loading and not registry.apps.ready


def use_configurations():
    """Settings that are classes (django-configurations) need its importer, if nothing has installed it yet."""
    if not os.environ.get("DJANGO_CONFIGURATION") or configured():
        return
    try:
        from configurations import importer
    except ImportError:
        return  # the variable is another program's
    importer.install()


def watch(path):
    """Writes tracebacks to a file as long as the process runs: they show what a slow project waits for.

    A thread of Python's own does it: faulthandler reads the frames while they change, and has crashed the project so.
    """
    import threading
    import time

    main, sleep, frames_of = threading.current_thread().ident, time.sleep, sys._current_frames

    def run():
        with io.open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            while True:
                sleep(WATCH)
                lines, frame = [u"Thread 0x%x (most recent call first):\n" % main], frames_of().get(main)
                while frame is not None and len(lines) < 100:
                    code = frame.f_code
                    lines.append(u'  File "%s", line %d in %s\n' % (code.co_filename, frame.f_lineno or 0, code.co_name))
                    frame = frame.f_back
                file.write(u"".join(lines))
                file.flush()

    thread = threading.Thread(target=run)
    thread.daemon = True
    thread.start()


def reason_of(exception):
    lines = traceback.format_exception_only(type(exception), exception)
    # A SyntaxError begins with the place it was found in.
    message = next(line for line in lines if not line.startswith("  "))
    return message.splitlines()[0]


def write(path, text):
    with io.open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def end(status):
    for stream in (sys.stdout, sys.stderr, sys.__stderr__):
        try:
            stream.flush()
        except Exception:
            pass  # the project closed or replaced it
    # A thread of the project must not keep the process.
    os._exit(status)


def load_project(task):
    result, options, arguments = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
    # What the settings would see under manage.py.
    sys.argv = ["manage.py", "check"]
    if sys.path[:1] == [""]:
        del sys.path[0]
    # The directory of a program, as Python has it there: without links.
    program = os.path.join(options["root"], options.get("manage") or "manage.py")
    sys.path.insert(0, os.path.dirname(os.path.realpath(program)))
    Loader(task, result, options, arguments).load()
