"""Feeds every pattern of the probe, and what goes through a text around them, what makes them slowest, and compares
the time of 64 KiB with that of 4 KiB. Prints a line for each: pattern, milliseconds at 64 KiB, how many times longer."""

import importlib
import pkgutil
import re
import sys
import time

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import django_probe
from django_probe import start

start.take_secret = lambda: b"0123456789abcdef"  # there is no server that would have read one

try:
    from re import _constants as C, _parser as parser  # Python 3.11
except ImportError:
    import sre_constants as C
    import sre_parse as parser

SMALL, LARGE = 4 << 10, 64 << 10
TOO_LONG = 0.5  # seconds for 4 KiB: none that is linear comes near it
BY_HAND = (
    *("://" + ":", "://:", "://a:", "a@", "%40", "a%40", "@a.", "eyJ", "ewogaaaaaaaa", "-----BEGIN PRIVATE KEY", "Bearer "),
    *("a=", "a:", "password=", "password: 'x' ", "password=a=", "'a': ", "\\'", '"', "'", "'''", '"""', "{", "[", "(", "=>"),
    *("%3D", "a%3D", "%253D", "%25", " ", "\n", "\t", "a ", "a.", "a-", "-p ", "-p1 ", "--token ", "--token 'a", "-u a:"),
    *("<a", "<password>", "<name>a</name>", "<value>a</value>", "<name>", "</", "&lt;password&gt;", "<password a", "&quot;"),
    *("Key (a)=(", "Duplicate entry '", "ailing row contains (", "'a' for ", "'a' for key ", "'a' for the key ", "/a", "/reset/"),
    *("/reset/a/", "4111 ", "4111", "4", "1.", "DE89", "DE89 ", "pbkdf2_", "pbkdf2:", "scrypt:", "$2b$", "argon2", "bcrypt$"),
    *("password ", "password 'a", "with password ", "key ", "api key ", "form-data; name=a\n", "form-data; name=password\r\n"),
    *('{"name":"password",', '"value":"a",', "value=", "name=", "name=password&", "value=a&", "[0]", "a[", "a]", "\\u0061", "$a$"),
    *("$$", "/*", "--", "#", "e'", "E''", '"a"', "=\"a\"", "IN (", "1", "a\\", "\\", "AAAAAAAA", "data=", "é", "\u00a0", "| \n a"),
)


def example(node) -> str:
    """The shortest text that a part of a pattern matches, nearly."""
    op, arg = node
    if op is C.LITERAL:
        return chr(arg)
    if op is C.NOT_LITERAL:
        return "a" if arg != 97 else "b"
    if op is C.ANY:
        return "a"
    if op is C.IN:
        negated = arg and arg[0][0] is C.NEGATE
        if negated:
            return next((c for c in "a1. -" if re.match("[^%s]" % "".join(re.escape(chr(v)) for k, v in arg if k is C.LITERAL), c)), "a")
        kind, value = arg[0]
        if kind is C.LITERAL:
            return chr(value)
        if kind is C.RANGE:
            return chr(value[0])
        return {C.CATEGORY_DIGIT: "1", C.CATEGORY_SPACE: " "}.get(value, "a")
    if op is C.BRANCH:
        return sequence(arg[1][0])
    if op is C.SUBPATTERN:
        return sequence(arg[-1])
    if op in (C.MAX_REPEAT, C.MIN_REPEAT):
        return sequence(arg[2]) * max(arg[0], 1)
    return ""


def sequence(nodes) -> str:
    return "".join(map(example, nodes))


def inner(nodes):
    """All sequences of nodes in a pattern, also those of its groups."""
    nodes = list(nodes)
    yield nodes
    for op, arg in nodes:
        if op is C.BRANCH:
            for branch in arg[1]:
                yield from inner(branch)
        elif op is C.SUBPATTERN:
            yield from inner(arg[-1])
        elif op in (C.MAX_REPEAT, C.MIN_REPEAT):
            yield from inner(arg[2])


def attacks(pattern) -> list:
    """Pairs of a beginning and what is repeated behind it."""
    found = {("", text) for text in BY_HAND}
    tree = parser.parse(pattern.pattern, pattern.flags)
    whole = sequence(tree)
    for nodes in inner(tree):
        if len(nodes) > 40:
            continue
        for i in range(len(nodes)):
            found.add((sequence(nodes[:i]), example(nodes[i])))
            for j in range(i + 1, min(i + 4, len(nodes)) + 1):
                found.add(("", sequence(nodes[i:j])))
    for cut in range(1, min(len(whole), 40)):
        found.add(("", whole[:cut]))
        found.add((whole[:cut], whole[cut - 1]))
    return sorted((start, again) for start, again in found if again)


def timed(run, text: str, rounds: int) -> float:
    best = 9e9
    for _ in range(rounds):
        began = time.process_time()
        run(text)
        best = min(best, time.process_time() - began)
    return best


def text_of(attack: tuple, size: int, end: str) -> str:
    start, again = attack
    return (start + again * (size // len(again)))[:size] + end


def judge(name: str, run, attacks: list) -> None:
    slowest = []
    for a in attacks:
        for end in ("", "\x01"):
            small = timed(run, text_of(a, SMALL, end), 1)
            # What grows beyond measure from 1 KiB on, first: it may still be fast at 4 KiB.
            slowest.append((small, a, end) if small < 1e-4 else (4 * small - 15 * timed(run, text_of(a, SMALL // 4, end), 1), a, end))
            if small > TOO_LONG:
                print(f"{small * 1e3:.1f}\tinf\t{name}\t{a!r}", flush=True)
                return
    slowest.sort(key=lambda s: -s[0])
    worst = (0.0, 0.0, None)
    for _, attack, end in slowest[:4]:
        small = timed(run, text_of(attack, SMALL, end), 5)
        large = timed(run, text_of(attack, LARGE, end), 2)
        worst = max(worst, (large, large / max(small, 0.0005), attack))
    print(f"{worst[0] * 1e3:.1f}\t{worst[1]:.1f}\t{name}\t{worst[2]!r}", flush=True)


def patterns(value, name: str):
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, (tuple, list)):
        for i, item in enumerate(value):
            yield from patterns(item, f"{name}[{i}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from patterns(item, f"{name}[{key!r}]")


seen, everything = set(), [("", text) for text in BY_HAND]
for module in pkgutil.iter_modules(django_probe.__path__):
    loaded = importlib.import_module("django_probe." + module.name)
    for attribute, value in sorted(vars(loaded).items()):
        for name, pattern in patterns(value, f"{module.name}.{attribute}"):
            if id(pattern) not in seen:
                seen.add(id(pattern))
                judge(name, lambda text, p=pattern: p.sub("", text), attacks(pattern))

from django_probe.patterns import LITERAL
from django_probe.names import judge_words
from django_probe.secrets import scrub
from django_probe.sql import without_literals

scrub("")  # whatever is made once
judge("scrub", scrub, everything)
judge("scrub of source code", lambda text: scrub(text, LITERAL), everything)
judge("judge_words", judge_words, everything)
for vendor in ("sqlite", "mysql", "postgresql"):
    judge("without_literals of " + vendor, lambda text, v=vendor: without_literals(text, v), everything)
