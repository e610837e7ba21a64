"""What shows by its shape that it is a secret, whatever its name."""

import base64
import re

from . import numbers, prose, tables
from .names import SECRET, judge
from .patterns import AFTER_SCHEME, AT, BASIC, BEARER, DOMAIN, HOST_PORT, LONG, SEGMENT, SHAPES, TOKEN
from .reading import FILTERED, Replacing, has_letter_and_digit

FOUR_DIGITS = re.compile(r"\d{3}")
NOT_WORD = re.compile(r"\w")
CREDENTIALS = {prefix: (least, also, keep, kind) for prefix, least, also, keep, kind in tables.PREFIXES if kind != "basic"}
PREFIX = re.compile(
    r"(?<![^\W])(?:" + "|".join(map(re.escape, sorted(CREDENTIALS, key=len, reverse=True))) + ")", re.ASCII
)
PLAIN, STEPS, IMAGES = frozenset(tables.PLAIN_WORDS), frozenset(tables.STEPS), frozenset(tables.IMAGES)
HEX = frozenset("0123456789abcdefABCDEF")


def hide_shapes(text: str) -> str:
    for hints, pattern in SHAPES:
        if any(hint in text for hint in hints):
            text = pattern.sub(masked, text)
    if "earer" in text or "EARER" in text:
        text = BEARER.sub(masked_bearer, text)
    if "asic " in text:
        text = BASIC.sub(masked_basic, text)
    if "://" in text:
        text = AFTER_SCHEME.sub(masked_userinfo, text)
    if text.count("/") > 1:
        text = hide_steps(text)
    found = list(prose.spans(text))
    if FOUR_DIGITS.search(text):
        found += numbers.spans(text)
    if LONG.search(text):
        found += credentials(text)
    if "@" in text or "%40" in text:
        found += emails(text)
    if found:
        out = Replacing(text)
        for start, end in sorted(found):
            if start >= out.at:
                out.hide(start, end)
        text = out.text()
    return text


def masked(match) -> str:
    """What stands for a secret: as many lines as it had, and what the pattern keeps of it."""
    kept = match.groupdict().get("kept") or ""
    return kept + FILTERED + "\n" * match[0].count("\n")


def masked_bearer(match) -> str:
    """Tells a token from a word of a sentence: "Bearer authentication failed"."""
    kept, token = match["kept"], match["token"].rstrip(".=")
    if kept.endswith(" ") and "," not in kept and ":" not in kept:
        secret = token.lower() not in PLAIN and not token.startswith("realm")
    else:
        secret = has_letter_and_digit(token) or len(token) >= 16
    return kept + FILTERED if secret else match[0]


def masked_basic(match) -> str:
    """Tells credentials of RFC 7617 from prose such as "Basic information"."""
    token = match["token"].rstrip("=")
    try:
        plain = base64.b64decode(token + "=" * (-len(token) % 4), validate=True).decode()
    except ValueError:
        return match[0]
    return match["kept"] + FILTERED if ":" in plain else match[0]


def masked_userinfo(match) -> str:
    """Hides user and password of an address. What is in the place of a port and is no number must be a password."""
    found = match[0]
    authority = found.partition("/")[0]
    at = authority.rfind("@")
    if at >= 0:
        return FILTERED + found[at:]
    if not NOT_WORD.search(authority, HOST_PORT.match(authority).end()):
        return found
    return FILTERED + "@" + found.partition("@")[2]


def hide_steps(text: str) -> str:
    """Hides one-time secrets of paths, such as /reset/<uid>/<token>/, and what follows a name: /api_key/x/."""
    out, left, previous, last = Replacing(text), 0, "", -1
    for m in SEGMENT.finditer(text):
        if m.start() != last:
            left, previous = 0, ""
        segment, last = m[1], m.end()
        if segment.lower() in STEPS:
            left = 3
        elif left > 0 and looks_one_time(segment):
            out.hide(m.start(1), m.end(1))
            left = 0
        elif previous and len(segment) >= 8 and has_letter_and_digit(segment) and judge(previous) == SECRET:
            out.hide(m.start(1), m.end(1))
        else:
            left -= 1
        previous = segment
    return out.text()


def looks_one_time(segment: str) -> bool:
    return has_letter_and_digit(segment) and (len(segment) >= 16 or len(segment) >= 12 and (":" in segment or "=" in segment))


def credentials(text: str):
    """Where the credentials are that their issuer gives a prefix."""
    for m in PREFIX.finditer(text):
        prefix = m[0]
        least, also, keep, kind = CREDENTIALS[prefix]
        end = TOKEN.match(text, m.end()).end()
        while also and text[end : end + 1] and text[end : end + 1] in also:
            end = TOKEN.match(text, end + 1).end()
        secret = text[m.end() : end]
        if len(secret) >= least and is_credential(secret, kind):
            yield m.start() + keep, end


def is_credential(secret: str, kind: str) -> bool:
    if kind == "mixed":
        return has_letter_and_digit(secret)
    if kind in ("hex", "hex32", "hex+"):
        return HEX.issuperset(secret[:32] if kind == "hex+" else secret) and (kind != "hex32" or len(secret) == 32)
    return kind != "upper" or secret.isascii() and secret.isalnum() and secret == secret.upper()


def emails(text: str):
    """Where addresses of e-mail are, also those that are percent-encoded."""
    done = 0
    for m in AT.finditer(text):
        start = m.start()
        if start < done:
            continue
        while start > done and m.start() - start < 64 and (text[start - 1].isalnum() or text[start - 1] in "_.+-%"):
            start -= 1
        while start < m.start() and text[start] == ".":
            start += 1
        domain = DOMAIN.match(text, m.end())
        length = domain_length(domain[0]) if domain else 0
        if start < m.start() and length:
            done = m.end() + length
            yield start, done


def domain_length(text: str) -> int:
    """The length of the domain that a text is: two labels at least, the last of which has letters alone."""
    domain = text.partition("_")[0].rstrip(".-")
    first, dot, top = domain.rpartition(".")
    if not dot or not first or domain[0] in ".-" or len(top) < 2 or top.lower() in IMAGES or not top.isalpha():
        return 0
    return len(domain)
