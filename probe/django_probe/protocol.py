"""What the gateway and the probe say to each other: a header that asks, and headers of the response that answer."""

from __future__ import annotations

import os
from hmac import compare_digest
from operator import itemgetter
from time import perf_counter as clock
from time import time
from urllib.parse import quote

from . import worker
from .credential import WINDOW, is_secret, sign
from .log import broken, say
from .report import pack_report
from .request import Exchange
from .sql import without_literals

VERSION = "2"
ASKING = (b"x-django-probe-signature", b"x-django-probe-secret")  # of this version, and of version 1
names_seen, routes = set(), {}


def admitted(header: str | None, older: str | None, method: str | None) -> Exchange | None:
    """The request, if the gateway has asked for an answer to it."""
    if header is not None:
        return admit(header, method or "")
    return None if older is None else admit_older(older)


def admitted_asgi(scope: dict) -> tuple:
    """The scope without the gateway's header, and the same."""
    given = {}
    if scope["type"] == "http":
        for name, value in scope["headers"]:
            if name in ASKING:
                given[name] = value.decode("latin-1")
    if not given:
        return scope, None
    scope = dict(scope, headers=[h for h in scope["headers"] if h[0] not in ASKING])
    return scope, admitted(*map(given.get, ASKING), scope["method"])


def admit(header: str, method: str) -> Exchange | None:
    """Reads <versions>;<nonce>;<seconds>[;<option>...] <HMAC>. None if that is not ours."""
    try:
        asked, _, given = header.partition(" ")
        expected = sign(f"{method.upper()} {asked}".encode("latin-1", "replace"))
        if not compare_digest(given.encode("latin-1", "replace"), expected.encode()):
            return None
        versions, nonce, second, *options = asked.split(";")
        exchange = begun(nonce)
        if versions != VERSION and VERSION not in versions.split(","):
            exchange.refusal = f"speaks={VERSION}"
            return exchange
        now, second = int(time()), int(second)
        if abs(now - second) > WINDOW:
            # It may also be a recorded request. Its sender learns what time it is.
            say(f"the clock of the gateway differs by {second - now} seconds, more than {WINDOW}; it stands aside: set both by NTP")
            exchange.refusal = f"clock={now}"
            return exchange
        if not exchange.worker.nonces.fresh(nonce, second, exchange.began):
            exchange.end()
            return None
        if options:
            exchange.asked_for(options)
        return exchange
    except BaseException:
        broken("reading the gateway's header")
        return None


def begun(nonce: str) -> Exchange:
    if not (0 < len(nonce) <= 32 and not nonce.strip("0123456789abcdef")):
        raise ValueError("no nonce")
    now = clock()
    if now >= worker.this.until and worker.this.pid != os.getpid():
        worker.forked()  # by a server that did not tell Python
    exchange = Exchange()
    exchange.nonce, exchange.worker, exchange.began = nonce, worker.this, now
    exchange.served = next(worker.this.served)
    worker.this.serving.add(exchange)  # no number: threads would lose some, and never find them again
    return exchange


def admit_older(header: str) -> Exchange | None:
    """Reads what a gateway of version 1 sends, <versions>;<nonce>[;<option>...] <secret>, to tell it its version."""
    try:
        asked, _, secret = header.partition(" ")
        if not is_secret(secret.encode("latin-1", "replace")):
            return None
        say("the gateway is of an older version, which sends the secret itself; it stands aside: update the gateway")
        exchange = begun(asked.split(";")[1])
        exchange.refusal = f"speaks={VERSION}"
        return exchange
    except BaseException:
        broken("reading the gateway's header")
        return None


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
    except BaseException:
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
    if x.refusal:
        return f"0 {x.nonce} {x.refusal}"
    now, w, route, match = clock(), x.worker, "", getattr(x.request, "resolver_match", None)
    if match is not None:
        route = routes.get((match.route, match._func_path, match.view_name)) or route_of(match)
    line = (
        f"{VERSION} {x.nonce}{route} q={x.queries} total={int((now - x.began) * 1e6)} vt={int(x.view_time * 1e6)} n={x.served}"
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
        except BaseException:
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
