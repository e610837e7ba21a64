"""The probe: tells the gateway in front of a Django site what only Django knows, in headers of the response.

Python loads this file by its name from a directory on PYTHONPATH. It needs the standard library alone, starts no thread
and opens no socket. To a request that carries the secret it answers with X-Django-Probe, and with X-Django-Probe-Report
if an exception broke something; every other request passes as if it were not here. From top to bottom: waiting for
Django, the hooks, one request, its answer, the report, values, secrets.

    DJANGO_PROBE_SECRET, DJANGO_PROBE_SECRET_FILE    16 to 256 printable characters, or where they are
    DJANGO_PROBE_BUDGET                              bytes of one report, compressed; default 49152
    DJANGO_PROBE_WITHOUT                             what not to gather: some of the PARTS below
"""

from __future__ import annotations

import os
import sys

VERSION = "1"
HERE = os.path.realpath(os.path.dirname(__file__))
SECRET = b""
FILTERED = "[Filtered]"
PARTS = ("vars", "source", "breadcrumbs", "user", "packages", "cache", "logged")  # what may be turned off
HIDDEN = ("__traceback_hide__", "__tracebackhide__")  # of a frame that Django and Sentry's SDK do not show
said = set()


def say(text: str) -> None:
    """Tells whoever reads the log of the server, each thing once."""
    if text not in said:
        said.add(text)
        try:
            print("django probe:", text, file=sys.stderr, flush=True)
        except Exception:
            pass  # there is nobody to tell


def broken(what: str) -> None:
    """Says that a part of the probe failed. The message of the exception is left out: it may hold anything."""
    kind, _, tb = sys.exc_info()
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    say(f"{what} failed, the request goes on without it: {kind and kind.__name__} in line {tb and tb.tb_lineno}")


# Waiting for Django. Until it comes nothing more is imported: other programs of this environment pay for none of it.


def start() -> None:
    first = getattr(sys, "_django_probe", None)
    if first is None:
        sys._django_probe = HERE
        read_secret()
        sys.meta_path.insert(0, Waiting())
    elif first != HERE:
        say(f"there are two probes on the path; the one in {HERE} stands aside for the one in {first}")
    run_shadowed()  # at last: what it raises is Python's to report, as without us


def run_shadowed() -> None:
    """Runs the sitecustomize that Python would have found behind this directory."""
    finder = next(f for f in sys.meta_path if getattr(f, "__name__", "") == "PathFinder")
    ours = [i for i, entry in enumerate(sys.path) if os.path.realpath(entry) == HERE]
    spec = finder.find_spec(__name__, sys.path[ours[-1] + 1 :] if ours else [])
    if spec is not None and spec.loader is not None:
        from importlib.util import module_from_spec

        sys.modules[__name__] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


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
        self.hooks = {
            "django.core.handlers.base": hook_base,
            "django.core.handlers.wsgi": hook_wsgi,
            "django.core.handlers.asgi": hook_asgi,
            "django.db.backends.utils": hook_database,
            "django.core.cache.backends.base": hook_cache,
        }

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
                prepare()
                hook(module)
            except Exception as error:  # of another shape than expected, or there is no such thing
                say(f"{module.__name__} of this Django is not as expected; it stands aside there: {error}")
        if not self.hooks and self in sys.meta_path:
            sys.meta_path.remove(self)


# The hooks. In a request without the secret no frame of ours is in a traceback that Django sees: its debug page, too,
# is the same byte for byte.


def expect(function, *names: str):
    code = getattr(function, "__code__", None)
    if code is None or code.co_varnames[: code.co_argcount] != names:
        raise TypeError(f"{getattr(function, '__qualname__', function)} does not take ({', '.join(names)})")
    return function


class Hook:
    """Stands in a class for one of its methods. Only in a request with the secret is it more than that method."""

    def __init__(self, method, watch) -> None:
        functools.update_wrapper(self, method)
        self.method, self.watch = method, watch

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        exchange = CURRENT.get()
        if exchange is None:
            return self.method.__get__(instance, owner)
        return functools.partial(self.watch, exchange, self.method, instance)

    def __call__(self, instance, *args, **kwargs):  # for who has wrapped it in turn, as Sentry's SDK does
        return self.__get__(instance)(*args, **kwargs)


def hook_wsgi(module) -> None:
    call = expect(module.WSGIHandler.__call__, "self", "environ", "start_response")

    @functools.wraps(call)
    def __call__(self, environ, start_response):
        header = environ.pop("HTTP_X_DJANGO_PROBE_SECRET", None)
        if header is None:
            return call(self, environ, start_response)
        exchange = admit(header)
        if exchange is None:
            return call(self, environ, start_response)
        exchange.server = environ.get("SERVER_SOFTWARE")

        def start(status, headers, *exc_info):
            # The headers of a streamed response go out before its body is made: what breaks then is out of reach.
            return start_response(status, with_answer(exchange, headers, "X-Django-Probe", str), *exc_info)

        CURRENT.set(exchange)
        try:
            return call(self, environ, start)
        finally:
            CURRENT.set(None)
            exchange.end()

    module.WSGIHandler.__call__ = __call__


def hook_asgi(module) -> None:
    call = expect(module.ASGIHandler.__call__, "self", "scope", "receive", "send")

    @functools.wraps(call)
    async def __call__(self, scope, receive, send):
        given = None
        if scope["type"] == "http":
            for name, value in scope["headers"]:
                if name == b"x-django-probe-secret":
                    given = value
        if given is None:
            return await call(self, scope, receive, send)
        scope = dict(scope, headers=[h for h in scope["headers"] if h[0] != b"x-django-probe-secret"])
        exchange = admit(given.decode("latin-1"))
        if exchange is None:
            return await call(self, scope, receive, send)

        async def answering(message):
            if message["type"] == "http.response.start":
                headers = with_answer(exchange, message.get("headers", ()), b"x-django-probe", str.encode)
                message = dict(message, headers=headers)
            await send(message)

        CURRENT.set(exchange)
        try:
            return await call(self, scope, receive, answering)
        finally:
            CURRENT.set(None)
            exchange.end()

    module.ASGIHandler.__call__ = __call__


def hook_base(module) -> None:
    from django.core.signals import got_request_exception

    convert = expect(module.convert_exception_to_response, "get_response")
    expect(module.BaseHandler._get_response, "self", "request")
    expect(module.BaseHandler._get_response_async, "self", "request")
    record = expect(logging.Logger.callHandlers, "self", "record")

    # Around _get_response and what catches its exceptions: within, our frame would be in every traceback.
    def convert_exception_to_response(get_response):
        inner = convert(get_response)
        name = getattr(get_response, "__name__", "")
        if name == "_get_response":

            @functools.wraps(inner)
            def timed(request):
                exchange = CURRENT.get()
                if exchange is None:
                    return inner(request)
                exchange.request = request
                began = clock()
                try:
                    return inner(request)
                finally:
                    exchange.view_time = clock() - began

            return timed
        if name == "_get_response_async":

            @functools.wraps(inner)
            async def timed_async(request):
                exchange = CURRENT.get()
                if exchange is None:
                    return await inner(request)
                exchange.request = request
                began = clock()
                try:
                    return await inner(request)
                finally:
                    exchange.view_time = clock() - began

            return timed_async
        return inner

    def unhandled(sender=None, request=None, **_) -> None:
        exchange = CURRENT.get()
        if exchange is not None:
            exchange.request = exchange.request or request
            exchange.failed(sys.exc_info()[1], None)

    module.convert_exception_to_response = convert_exception_to_response
    got_request_exception.connect(unhandled, weak=False, dispatch_uid="django probe")
    if not WITHOUT.issuperset(("breadcrumbs", "logged")):
        logging.Logger.callHandlers = Hook(record, watch_record)


def watch_record(exchange, method, logger, record):
    try:
        # What the database logs is the statements again, with their parameters.
        if "breadcrumbs" not in WITHOUT and not record.name.startswith("django.db.backends"):
            exchange.noted().append((clock(), "log", record, 0.0, None))
        if "logged" not in WITHOUT and record.levelno >= logging.ERROR and record.exc_info:
            exchange.failed(record.exc_info[1], record)
    except Exception:
        broken("noting a log record")
    return method(logger, record)


def hook_database(module) -> None:
    method = expect(module.CursorWrapper._execute_with_wrappers, "self", "sql", "params", "many", "executor")
    module.CursorWrapper._execute_with_wrappers = Hook(method, watch_statement)


def watch_statement(exchange, method, cursor, sql, params, many, executor):
    began = clock()
    try:
        return method(cursor, sql, params, many, executor)
    finally:
        now = clock()
        exchange.queries += 1
        exchange.query_time += now - began
        if "breadcrumbs" not in WITHOUT:
            exchange.noted().append((now, "query", sql, now - began, getattr(cursor, "db", None)))
        if exchange.repeats and type(sql) is str:  # psycopg's are objects, which cannot be a key
            exchange.statements[sql] = exchange.statements.get(sql, 0) + 1


def hook_cache(module) -> None:
    if "cache" in WITHOUT:
        return
    names = ("get", "set", "add", "delete", "touch", "incr", "has_key", "get_many", "set_many", "delete_many", "clear")
    for name in names:
        getattr(module.BaseCache, name)

    def hook_subclass(cls, **kwargs):  # each backend when it is defined: BaseCache itself has nothing worth a watch
        super(module.BaseCache, cls).__init_subclass__(**kwargs)
        for name in names:
            method = cls.__dict__.get(name)
            if hasattr(method, "__code__"):
                setattr(cls, name, Hook(method, watch_cache))

    module.BaseCache.__init_subclass__ = classmethod(hook_subclass)


def watch_cache(exchange, method, cache, *args, **kwargs):
    if exchange.in_cache:  # one method of the cache that calls another
        return method(cache, *args, **kwargs)
    exchange.in_cache, began = True, clock()
    try:
        return method(cache, *args, **kwargs)
    finally:
        exchange.in_cache, now = False, clock()
        exchange.cache_calls += 1
        exchange.cache_time += now - began
        if "breadcrumbs" not in WITHOUT:  # the keys may be those of sessions
            exchange.noted().append((now, "cache", method.__name__, now - began, None))


# One request.


class Worker:
    """What this process has done since it was forked."""

    def __init__(self) -> None:
        self.pid, self.born, self.serving, self.served = os.getpid(), clock(), set(), itertools.count(1)
        self.known, self.until, self.of = "", 0.0, None

    def describe(self, now: float, server: str | None) -> str:
        """What is the same in all answers of a second."""
        known = f" pid={self.pid} age={int(now - self.born)}"
        try:
            with open("/proc/self/statm", "rb") as file:
                known += f" rss={int(file.read().split()[1]) * PAGE}"
        except Exception:
            pass  # no Linux
        known += VERSIONS
        if server:
            known += " srv=" + quote(server[:60], safe="", errors="replace")
        self.known, self.until, self.of = known, now + 1, server
        return known


def forked() -> None:
    """A server may load Django before it forks: its workers are as old as they are, whenever the first request comes."""
    global worker
    worker = Worker()


class Exchange:
    """What is noted of one request. Contexts that are copied to threads and tasks all refer to this one object."""

    # What most requests leave as it is costs them nothing here.
    pii, repeats, spoken, server, request, view_time, in_cache = False, 0, True, None, None, 0.0, False
    queries, query_time, cache_calls, cache_time = 0, 0.0, 0, 0.0
    crumbs = statements = None  # statements: how often each ran
    errors = seen = report = ()  # described; (exception, handled); packed

    def asked_for(self, options: list) -> None:
        self.pii = "pii" in options
        self.repeats = max((int(o[3:]) for o in options if o.startswith("n1=") and o[3:].isdigit()), default=0)
        self.statements = {}

    def noted(self) -> collections.deque:
        """The last things that happened, oldest first."""
        if self.crumbs is None:
            self.crumbs = collections.deque((), 30)
        return self.crumbs

    def failed(self, error, record) -> None:
        """Describes an exception now, while its frames are as they were: unhandled, or logged."""
        CURRENT.set(None)  # nothing that happens meanwhile is the request's
        try:
            known = next((i for i, (e, handled) in enumerate(self.seen) if e is error), None)
            if error is None or known is not None and (record is not None or not self.seen[known][1]):
                return
            if not self.seen:
                self.errors, self.seen = [], []
            if known is not None:  # it was logged, and raised again
                del self.seen[known], self.errors[known]
            if len(self.errors) < 5 or record is None:
                place = len(self.errors) if record is not None else 0
                self.errors.insert(place, describe_error(error, record))
                self.seen.insert(place, (error, record is not None))
                del self.errors[5:], self.seen[5:]
        except Exception:
            broken("describing an exception")
        finally:
            CURRENT.set(self)

    def end(self) -> None:
        self.worker.serving.discard(self)
        self.seen = ()  # tracebacks hold frames of ours, and those hold this
        self.crumbs = self.request = None


def admit(header: str) -> Exchange | None:
    """Reads <versions>;<nonce>[;<option>...] <secret>. None if the secret is not ours."""
    try:
        asked, _, secret = header.partition(" ")
        if not compare_digest(secret.encode("latin-1", "replace"), SECRET):
            return None
        versions, _, rest = asked.partition(";")
        nonce, _, options = rest.partition(";")
        if not (0 < len(nonce) <= 32 and not nonce.strip("0123456789abcdef")):
            return None
        now = clock()
        if now >= worker.until and worker.pid != os.getpid():
            forked()  # by a server that did not tell Python
        exchange = Exchange()
        exchange.nonce, exchange.worker, exchange.began, exchange.served = nonce, worker, now, next(worker.served)
        worker.serving.add(exchange)  # no number: threads would lose some, and never find them again
        if versions != VERSION:
            exchange.spoken = VERSION in versions.split(",")
        if options:
            exchange.asked_for(options.split(";"))
        return exchange
    except Exception:
        broken("reading the gateway's header")
        return None


# Its answer.


def with_answer(exchange: Exchange, headers, name, encode):
    """The headers with ours, and without those of our names, which only a forger sets."""
    try:
        kept = list(headers)
        if not names_seen.issuperset(map(itemgetter(0), kept)):
            kept = [h for h in kept if h[0] in names_seen or not ours(h[0], name)]
        kept.append((name, encode(answer(exchange))))
        for part in exchange.report:
            kept.append((name + encode("-Report"), encode(part)))
        return kept
    except Exception:
        broken("answering")
        return headers


def ours(name, own) -> bool:
    """Whether a header has a name of ours. A site has few names: those that are not ours are kept."""
    if name[:14].lower() == own.lower():
        return True
    if len(names_seen) < 1000 and len(name) <= 100:
        names_seen.add(name)
    return False


def answer(x: Exchange) -> str:
    if not x.spoken:
        return f"0 {x.nonce} speaks={VERSION}"
    now, w, route, match = clock(), x.worker, "", getattr(x.request, "resolver_match", None)
    if match is not None:
        route = routes.get((match.route, match._func_path, match.view_name)) or route_of(match)
    line = (
        f"1 {x.nonce}{route} q={x.queries} total={int((now - x.began) * 1e6)} vt={int(x.view_time * 1e6)} n={x.served}"
        f" busy={len(w.serving)} t={int(time() * 1e3)}"
        f"{w.known if now < w.until and x.server == w.of else w.describe(now, x.server)}"
    )
    if x.queries:
        line += f" qt={int(x.query_time * 1e6)}"
    if x.cache_calls:
        line += f" c={x.cache_calls} ct={int(x.cache_time * 1e6)}"
    if x.errors:
        try:
            x.report, cut = pack_report(x, now)
            line += cut
        except Exception:
            broken("packing the report")
    if x.statements:
        sql, times = max(x.statements.items(), key=lambda item: item[1])
        if times >= x.repeats:
            line += f" n1={times}"
            statement = " n1q=" + quote(without_literals(sql)[:500], safe="", errors="replace")
            line += statement if len(line) + len(statement) <= 4096 else ""
    return line


def route_of(match) -> str:
    """Route, view and name, quoted. A site has few of them: they are kept."""
    key = match.route, match._func_path, match.view_name
    quoted = (quote(part or "", safe="", errors="replace") for part in key)
    limits = (("route", 2000), ("view", 700), ("name", 700))  # of 4096 for the whole line
    told = "".join(f" {name}={value}" for (name, most), value in zip(limits, quoted) if len(value) <= most)
    if len(routes) >= 2000:
        routes.clear()
    routes[key] = told
    return told


# The report.


def pack_report(x: Exchange, now: float) -> tuple:
    """Compresses the report within its budget: what tells least goes first, and is named in "cut"."""
    report = {
        "errors": x.errors,
        "user": describe_user(x.request, x.pii),
        "breadcrumbs": [describe_crumb(now, *crumb) for crumb in x.crumbs or ()],
        "versions": {**RUNTIME, "packages": packages()},
        "cut": [],
    }
    frames = [f for error in x.errors for e in error["chain"] for f in e["frames"]]
    chains = [e for error in x.errors for e in error["chain"]]

    def drop_middle():
        for e in chains:
            e["omitted"] = e.get("omitted", 0) + max(len(e["frames"]) - 12, 0)
            e["frames"][4:-8] = []

    steps = (
        ("vars", lambda: [f.update(vars={k: v[:80] for k, v in f["vars"].items()}) for f in frames]),
        ("vars", lambda: [f.update(vars={}) for f in frames if "-packages" in f["file"]]),
        ("vars", lambda: [f.update(vars={}) for f in frames]),
        ("context", lambda: [f.update(pre=[], post=[]) for f in frames]),
        ("frames", drop_middle),
        ("packages", lambda: report["versions"].update(packages={})),
        ("breadcrumbs", lambda: report.update(breadcrumbs=report["breadcrumbs"][-5:])),
        ("breadcrumbs", lambda: report.update(breadcrumbs=[])),
        ("errors", lambda: report.update(errors=[dict(e, chain=e["chain"][:3]) for e in x.errors[:1]])),
    )
    if any(error.pop("full", False) for error in x.errors):
        report["cut"].append("vars")
    packed = compress(report)
    for name, shrink in steps:
        if len(packed) <= BUDGET:
            break
        shrink()
        report["cut"] += [name] * (name not in report["cut"])
        packed = compress(report)
    else:
        if len(packed) > BUDGET:
            raise OverflowError
    text = base64.b64encode(packed).decode()
    parts = [text[i : i + 8000] for i in range(0, len(text), 8000)]
    return [f"{i}/{len(parts)} {part}" for i, part in enumerate(parts, 1)], " cut=1" if report["cut"] else ""


def compress(report: dict) -> bytes:
    return zlib.compress(json.dumps(report, separators=(",", ":")).encode(), 5)


def packages() -> dict:
    """Name and version of what is installed, read once, when something broke for the first time."""
    global installed
    if "packages" in WITHOUT:
        return {}
    if installed is None:
        from importlib.metadata import distributions

        found = ((d.metadata["Name"], d.version) for d in itertools.islice(distributions(), 500))
        installed = {str(name).lower(): str(version)[:40] for name, version in found if name}
    return installed


def describe_user(request, pii: bool) -> dict | None:
    """The user, if Django knows it already: request.user is lazy, and to ask it may be a query."""
    if "user" in WITHOUT:
        return None
    attributes = getattr(request, "__dict__", {})
    candidates = (attributes.get(name) for name in ("_cached_user", "_acached_user", "user"))
    user = next((u for u in candidates if u is not None), None)
    user = attributes_of(user).get("_wrapped", user)  # not yet evaluated, that is a mere object
    meta = getattr(type(user), "_meta", None)
    if meta is None:  # nobody, or not asked for
        return None
    own = attributes_of(user)
    fields = {"id": meta.pk.attname}
    if pii:
        fields.update(name=getattr(type(user), "USERNAME_FIELD", ""), email=getattr(type(user), "EMAIL_FIELD", ""))
    return {k: str(own[f])[:200] for k, f in fields.items() if type(own.get(f)) in (int, str, uuid.UUID)}


def describe_crumb(now: float, at: float, category: str, what, took: float, db) -> dict:
    crumb = {"ago": round((now - at) * 1e3, 3), "category": category, "level": "info"}
    if category == "log":
        crumb.update(level=what.levelname.lower(), message=log_message(what), data={"logger": what.name})
    else:
        message = without_literals(what, getattr(db, "vendor", "")) if category == "query" else what
        crumb.update(message=message[:1024], ms=round(took * 1e3, 3))
    return crumb


def log_message(record) -> str:
    """The message of a log record. What is no plain value among its arguments is described, not asked."""
    message, args = record.msg, record.args
    try:
        if isinstance(args, dict):
            message = message % {k: plain(v) for k, v in args.items()}
        elif args:
            message = message % tuple(map(plain, args))
    except Exception:
        pass  # the arguments do not fit: the template alone
    return scrub(message[:4096])[:1024] if type(message) is str else describe(message)


def plain(value):
    if type(value) is str and len(value) > 4096:
        return value[:4096]
    return value if type(value) in (str, int, float, bool, type(None)) else describe(value)


def describe_error(error: BaseException, record) -> dict:
    room = [400_000]  # characters of all values of local variables: what a report may hold before it is compressed
    described = {"handled": record is not None}
    if record is not None:
        described.update(logger=record.name, level=record.levelname.lower(), message=log_message(record))
        if type(record.msg) is str:
            described["format"] = scrub(record.msg[:4096])[:1024]
    chain, seen, waiting = [], set(), [(error, None, None)]
    while waiting and len(chain) < 30:  # in the order in which Sentry numbers them
        e, parent, source = waiting.pop()
        if e is None or id(e) in seen:
            continue
        seen.add(id(e))
        place = len(chain)
        chain.append(describe_exception(e, parent, source, room))
        if is_group(e):
            chain[-1]["group"] = True
            children = [(child, place, f"exceptions[{i}]") for i, child in enumerate(e.exceptions)]
            waiting += reversed(children)
        if e.__cause__ is not None or e.__suppress_context__:
            waiting.append((e.__cause__, place, "__cause__"))
        else:
            waiting.append((e.__context__, place, "__context__"))
    template = template_line(error)
    if template is not None:
        described["template"] = template
    return dict(described, chain=chain, full=room[0] <= 0)


def describe_exception(e: BaseException, parent, source, room: list) -> dict:
    described = {"type": str(type(e).__qualname__), "module": str(type(e).__module__), "value": exception_value(e)}
    if source is not None:
        described.update(parent=parent, source=source)
    notes = getattr(e, "__notes__", None)
    if isinstance(notes, (list, tuple)):
        described["notes"] = [scrub(n[:4096])[:1024] for n in notes[:10] if type(n) is str]
    if e.__suppress_context__:
        described["suppressed"] = True
    frames, omitted = frames_of(e), 0
    if len(frames) > 60:
        omitted = len(frames) - 60
        frames[20:-40] = []
    described["frames"] = [describe_frame(frame, line, room) for frame, line in reversed(frames)][::-1]
    if omitted:
        described["omitted"] = omitted
    return described


def is_group(e: BaseException) -> bool:
    """Whether it is an exception group, Python's own or the backport's."""
    return any(c.__name__ == "BaseExceptionGroup" for c in type(e).__mro__)


def frames_of(e: BaseException) -> list:
    """The frames of its traceback, oldest first, without those of this file and those that ask not to be shown."""
    frames, tb = [], e.__traceback__
    while tb is not None:
        frame, names = tb.tb_frame, tb.tb_frame.f_code.co_varnames
        asks = any(name in names and frame.f_locals.get(name) is True for name in HIDDEN)
        if not asks and frame.f_code.co_filename != __file__:
            frames.append((frame, tb.tb_lineno))
        tb = tb.tb_next
    return frames


def exception_value(e: BaseException) -> str:
    """Its message, as Sentry's SDK has it, else str() of it; where that would be the repr of its argument, a bounded
    one: it may be a QuerySet."""
    try:
        own = attributes_of(e)
        said = e.message if is_group(e) else own.get("message") or own.get("detail")
        if said and isinstance(said, str):
            text = str.__getitem__(said, slice(4096))
        elif isinstance(type(e).__str__, types.FunctionType) or all(plain(a) is a or type(a) is str for a in e.args):
            text = str(e)
        else:
            text = describe(e.args[0] if len(e.args) == 1 else e.args)
        return scrub(text[:4096])[:1024]
    except Exception:
        return "<its __str__ fails>"


def describe_frame(frame, line: int, room: list) -> dict:
    code, name = frame.f_code, frame.f_globals.get("__name__")
    pre, context, post = source_lines(code.co_filename, line, frame.f_globals)
    return {
        **{"file": os.path.abspath(code.co_filename), "module": name if isinstance(name, str) else None},
        **{"function": code.co_name, "line": line},  # as Sentry's SDK: what it groups by
        **{"pre": pre, "context": context, "post": post, "vars": describe_variables(frame, room)},
    }


def describe_variables(frame, room: list) -> dict:
    variables = {}
    if "vars" in WITHOUT:
        return variables
    own = frame.f_locals is not frame.f_globals  # a module's begin with __builtins__ and the like
    for key, value in itertools.islice(frame.f_locals.items(), 50):
        if room[0] > 0 and type(key) is str and (own or not key.startswith("__")):
            variables[key] = FILTERED if denied(key) else safely(value)
            room[0] -= len(variables[key])
    return variables


def source_lines(path: str, line: int, module_globals: dict | None) -> tuple:
    """Five lines either side, without secrets. Frames come again with every error: their lines are kept."""
    if "source" in WITHOUT:
        return [], "", []
    known = sources.get((path, line))
    if known is not None:
        return known
    if path not in linecache.cache:
        try:
            status = os.stat(path)
            if not stat.S_ISREG(status.st_mode) or status.st_size > 2_000_000:
                return [], "", []
        except (OSError, ValueError):
            pass  # in an archive, perhaps, whose loader knows
    first = max(line - 6, 0)
    window = [text.rstrip("\r\n")[:400] for text in linecache.getlines(path, module_globals)[first : line + 5]]
    lines = [text[:256] for text in scrub("\n".join(window), LITERAL).split("\n")]
    at = line - 1 - first
    known = (lines[:at], lines[at] if at < len(lines) else "", lines[at + 1 : at + 6])
    if len(sources) >= 1000:
        sources.clear()
    sources[path, line] = known
    return known


def template_line(error: BaseException) -> dict | None:
    """The line of the template that was being rendered or parsed. Django itself says it in debug mode only."""
    for frame, _ in reversed(frames_of(error)):
        if frame.f_globals.get("__name__") == "django.template.base":
            node = frame.f_locals.get("self")
            token = {"render_annotated": node, "compile_nodelist": error}.get(frame.f_code.co_name)
            line, origin = getattr(getattr(token, "token", None), "lineno", None), getattr(node, "origin", None)
            if line and origin is not None:
                pre, context, post = source_lines(str(origin.name), line, None)
                name = str(origin.template_name or origin.name)
                return {"file": name, "line": line, "pre": pre, "context": context, "post": post}
    return None


# Values. A repr may ask the database, take for ever or fill the memory: none of the project's is called.


def safely(value) -> str:
    try:
        return describe(value)[:512]
    except Exception:
        return "<not to be described>"


def attributes_of(value) -> dict:
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}


def describe(value, depth: int = 4) -> str:
    """A bounded repr, made without a method of the value's own class."""
    kind = type(value)
    bases = kind.__mro__
    if kind in SAFE:
        return repr(value) if kind is uuid.UUID else scrub(repr(value)[:2048])
    if str in bases:
        return repr(scrub(str.__getitem__(value, slice(2048)))[:400])
    if bytes in bases or bytearray in bases:
        return scrub(repr(bytes(value[:400])))
    if int in bases:
        bits = int.bit_length(value)
        return scrub(int.__repr__(value)) if bits < 512 else f"<int of {bits} bits>"
    for base, (opening, closing) in CONTAINERS.items():
        if base in bases:
            body = "…" if not depth and base.__len__(value) else describe_items(value, kind, base, depth - 1)
            return f"{opening}{body}{closing}" if kind is base else f"{kind.__name__}({opening}{body}{closing})"
    own = attributes_of(value)
    if "django.db.models.base" in sys.modules and sys.modules["django.db.models.base"].Model in bases:
        key = kind._meta.pk.attname
        return f"<{kind._meta.label} pk={FILTERED if denied(key) else safely(own.get(key))}>"
    names = {base.__name__ for base in bases}
    if "QuerySet" in names and "model" in own:
        return f"<{kind.__name__} of {own['model'].__qualname__}>"
    if "HttpRequest" in names:
        return scrub(f"<{kind.__name__}: {own.get('method')} {str(own.get('path'))[:200]!r}>")
    if BaseException in bases:
        return f"{kind.__name__}({describe(value.args, depth - 1)[1:-1].rstrip(',')})"
    if type in bases or kind in (types.FunctionType, types.MethodType, types.ModuleType, types.BuiltinFunctionType):
        name = getattr(value, "__qualname__", None) or value.__name__
        if type not in bases:
            return f"<{kind.__name__} {name}>"
        return f"<class '{name}'>" if value.__module__ == "builtins" else f"<class '{value.__module__}.{name}'>"
    if depth and any("__dataclass_fields__" in base.__dict__ for base in bases):
        return f"{kind.__name__}({describe_items(own, dict, dict, depth - 1)})"
    return f"<{kind.__module__}.{kind.__qualname__} object>"


def describe_items(value, kind, base, depth: int) -> str:
    parts, size = [], 0
    fields = getattr(kind, "_fields", ()) if base is tuple else ()
    items = list(itertools.islice(dict.items(value) if base is dict else base.__iter__(value), 20))
    if fields and len(fields) == len(items):
        base, items = dict, list(zip(fields, items))
    for item in items:
        if size > 512:
            break
        if base is dict:
            key, inner = item
            inner = FILTERED if type(key) is str and denied(key) else describe(inner, depth)
            part = f"{describe(key, 0)}: {inner}"
        elif len(items) == 2 and parts and type(items[0]) is str and denied(items[0]):
            part = FILTERED  # ("password", "…")
        else:
            part = describe(item, depth)
        parts.append(part)
        size += len(part)
    if len(parts) < len(value if kind is dict else items) or len(items) == 20:
        parts.append("…")
    return ", ".join(parts) + ("," if base is tuple and len(parts) == 1 else "")


# Secrets, hidden before anything leaves the process. The gateway hides by the same rules, and more thoroughly:
# capture/denylist.go and capture/scrub_*.go there.

TERMS = (
    *("auth", "bearer", "credentials", "identity", "jwt", "passwd", "password", "pwd", "passphrase", "passcode"),
    *("saml", "secret", "sso", "token", "otp", "two_factor", "twofactor", "signature", "_pass", "key", "csrf", "xsrf"),
    *("session", "sessid", "sid", "cookie", "forwarded", "x_real_ip", "remote_addr", "remoteaddr", "remote_user"),
    *("ip_address", "ipaddress", "client_ip", "clientip", "connecting_ip", "card_number", "cardnumber", "credit_card"),
    *("creditcard", "cvc", "cvv", "iban", "ssn"),
)
PREFIXES = (
    *("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    *("glpat-", "gldt-", "glrt-", "glcbt-", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-", "AIza"),
    *("GOCSPX-", "ya29.", "npm_", "pypi-AgE", "sk-ant-", "sk-proj-", "sk-svcacct-", "hf_", "dckr_pat_", "shpat_"),
    *("shpss_", "shpca_", "shppa_", "dop_v1_", "doo_v1_", "dor_v1_", "sq0csp-", "sq0atp-", "hvs.", "hvb.", "sntrys_"),
    *("sntryu_", "AKIA", "ASIA", "SG.", "key-", "hooks.slack.com/services/"),
)


def denied(name: str) -> bool:
    """Whether the value of a name must not be told."""
    known = names_denied.get(name)
    if known is None:
        known = mentions(name)
        if len(name) <= 64 and len(names_denied) < 5000:
            names_denied[name] = known
    return known


def mentions(text: str) -> bool:
    folded = text.lower().replace("-", "_").replace(" ", "_")
    return any(term in folded for term in TERMS)


def masked(match) -> str:
    """What stands for a secret: as many lines as it had, and what the pattern keeps of it."""
    kept = match.groupdict().get("kept") or ""
    return kept + FILTERED + "\n" * match[0].count("\n")


def masked_card(match) -> str:
    digits = [int(c) for c in match[0] if c.isdigit()][::-1]
    luhn = sum(digits[::2]) + sum(d * 2 - 9 * (d > 4) for d in digits[1::2])  # ISO/IEC 7812-1, annex B
    return match[0] if luhn % 10 else FILTERED


def scrub(text: str, values=None) -> str:
    """Hides what shows by its shape that it is a secret, and what follows a name that is one's. values are what may
    follow such a name: anything, or in source code (LITERAL) a literal alone."""
    for hints, pattern in SHAPES:
        if any(hint in text for hint in hints):
            text = pattern.sub(masked, text)
    if FOUR_DIGITS.search(text):
        text = NUMBER.sub(masked, CARD.sub(masked_card, text))
    if values is not None:
        text = KEY_LINE.sub(masked, text)
    if not mentions(text):
        return text
    if values is not None:  # in a literal, too, there can be any text
        text = STRING.sub(lambda m: scrub(m[0][:-1]) + m[0][-1:], text)
    parts, done = [], 0
    for m in NAME.finditer(text):
        if m.start() < done or not denied(m["name"]) or EXCEPTION.search(m["name"]):
            continue
        value = (values or ANYTHING).match(text, m.end())
        if value is not None:
            parts += text[done : m.end()], FILTERED, "\n" * value[0].count("\n")
            done = value.end()
    return "".join(parts) + text[done:]


def without_literals(sql, vendor: str = "") -> str:
    sql = sql if type(sql) is str else str(sql) if isinstance(sql, str) else describe(sql)
    return (MYSQL_LITERAL if vendor == "mysql" else SQL_LITERAL).sub("?", sql[:8192])


def prepare() -> None:
    """Imports what is needed once Django is there, and compiles the patterns."""
    if "clock" in globals():
        return
    global base64, collections, functools, itertools, json, linecache, logging, stat, types, uuid, zlib
    global BUDGET, CURRENT, CONTAINERS, PAGE, RUNTIME, SAFE, VERSIONS, clock, compare_digest, installed, itemgetter
    global names_denied, names_seen, quote, routes, sources, time, worker, SHAPES, FOUR_DIGITS, NUMBER, CARD, NAME
    global WITHOUT, EXCEPTION, ANYTHING, KEY_LINE, LITERAL, STRING, SQL_LITERAL, MYSQL_LITERAL
    import base64, collections, contextvars, datetime, decimal, functools, itertools, json, linecache
    import logging, pathlib, platform, re, stat, types, uuid, zlib
    from hmac import compare_digest
    from operator import itemgetter
    from time import perf_counter as clock, time
    from urllib.parse import quote

    import django

    CURRENT = contextvars.ContextVar("django_probe", default=None)
    PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
    RUNTIME = {"python": platform.python_version(), "django": django.get_version(), "build": sys.version}
    VERSIONS = f" py={quote(RUNTIME['python'], safe='')} dj={quote(RUNTIME['django'], safe='')}"
    budget = os.environ.get("DJANGO_PROBE_BUDGET", "")
    BUDGET = min(max(int(budget), 4096), 196608) if budget.isdigit() else 49152
    WITHOUT = frozenset(os.environ.get("DJANGO_PROBE_WITHOUT", "").replace(",", " ").split())
    for word in sorted(WITHOUT.difference(PARTS)):
        say(f"DJANGO_PROBE_WITHOUT has {word!r}, which is none of {', '.join(PARTS)}; it is ignored")
    installed, names_denied, names_seen, routes, sources, worker = None, {}, set(), {}, {}, Worker()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=forked)
    SAFE = {type(None), bool, float, complex, type(...), type(NotImplemented), range, slice, uuid.UUID, decimal.Decimal}
    SAFE |= {datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone}
    SAFE |= {pathlib.PosixPath, pathlib.WindowsPath, pathlib.PurePosixPath, re.Pattern}
    CONTAINERS = {dict: "{}", list: "[]", tuple: "()", set: "{}", frozenset: "{}", collections.deque: "[]"}
    string = (
        r"""[bBfFrRuU]{0,2}(?:\"""(?s:.*?)(?:\"""|\Z)|'''(?s:.*?)(?:'''|\Z)"""
        r"""|"(?:[^"\\\n]|\\(?s:.))*"?|'(?:[^'\\\n]|\\(?s:.))*'?)"""
    )
    SHAPES = (
        (("-----BEGIN",), re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?s:.*?)(?:-----END [A-Z0-9 ]*-----|\Z)")),
        (("eyJ",), re.compile(r"eyJ[\w-]{8,}[\w.-]*")),
        (("earer ",), re.compile(r"(?P<kept>[Bb]earer )[\w.~+/=-]{6,}")),
        (("asic ",), re.compile(r"(?P<kept>[Bb]asic )(?=\S*[0-9A-Z=])[\w+/=-]{6,}")),
        (("oken ",), re.compile(r"(?P<kept>[Tt]oken )[0-9a-fA-F]{40,}")),
        (("://",), re.compile(r"""(?P<kept>://)[^\s"'<>@/]*(?::[^\s"'<>]*)?@""")),
        (("@", "%40"), re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")),
        (PREFIXES, re.compile("(?:" + "|".join(map(re.escape, PREFIXES)) + r")[\w/.-]{10,}")),
        (("-",), re.compile(r"\b[a-z0-9]{6}-[0-9a-f]{32}\b")),  # Django's password reset
    )
    FOUR_DIGITS = re.compile(r"\d{4}")
    CARD = re.compile(r"(?<![\w.])[2-68](?:[ -]?\d){12,18}(?!\w)")
    # Social security, IBAN, and in source code the lines of a key whose beginning is out of sight.
    NUMBER = re.compile(r"\b\d{3}-\d{2}-\d{4}\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
    KEY_LINE = re.compile(r"""(?m)^(?P<kept>\s*["']?)[A-Za-z0-9+/=]{60,}""")
    NAME = re.compile(
        r"""(?<![\w.-])(?P<name>[\w.-]+(?: [\w.-]+)?)(?:[\s"'`\\)\]!]|&quot;|&\#x27;|&\#39;|&\#34;|%2[27])*"""
        r"""(?:[:=][:=>]*|%3[AaDd]|(?<=["']),|\bvalue=)[ \t]*"""  # the last one in HTML
    )
    EXCEPTION = re.compile(r"(?:^|[ .])[A-Z][a-z]\w*(?:Error|Exception|Warning|Failed|Denied|Expired|Invalid|Missing)$")
    STRING = re.compile(string)
    # A string in which a name follows in turn goes with its line; a block of YAML, with all of its lines.
    ANYTHING = re.compile(
        rf"\s*(?:{string}(?:[ \t]*{string})*[\w/+=.-]*(?:[ \t]*:[^\n]*)?|[|>][+-]?(?:\n[ \t]+[^\n]*)+"
        r"|\([^()\n]*\)|[\[{(](?s:.*)|[^\n]+)"
    )
    LITERAL = re.compile(
        rf"""(?:[\w.\[\], |]+=\s*)?(?:\(?\s*{string}(?:\s*{string})*|\d[\w.]*|[\[({{](?=[^\])}}]*["'])[^\])}}]*)"""
    )
    SQL_LITERAL = re.compile(
        r"[eE]'(?:[^'\\]|''|\\.)*'?|'(?:[^']|'')*'?|\$(\w*)\$(?s:.*?)\$\1\$|/\*(?s:.*?)\*/|--[^\n]*|\b\d[\w.]*"
    )
    MYSQL_LITERAL = re.compile(r"""'(?:[^'\\]|''|\\.)*'?|"(?:[^"\\]|""|\\.)*"?|/\*(?s:.*?)\*/|--[^\n]*|\b\d[\w.]*""")


start()
