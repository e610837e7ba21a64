"""Secrets in sentences: Password 'x' is too weak, for user ada with password x."""

import re

from . import tables
from .names import SECRET, judge
from .reading import looks_random, name_before

PROSE = re.compile(r"(?<![A-Za-z0-9])(?:" + "|".join(sorted(tables.PROSE_NAMES, key=len, reverse=True)) + r")(?= )", re.I)
FILLERS, INTRODUCERS = frozenset(tables.FILLERS), frozenset(tables.INTRODUCERS)
PLAIN, KEYS = frozenset(tables.PLAIN_WORDS), tuple(tables.SECRET_KEYS)
ARTICLES = frozenset("the a an this his her their your my".split())
CODES = frozenset("pin otp code passcode token".split())
HINTS = tuple(name for name in tables.PROSE_NAMES if not any(o != name and o in name for o in tables.PROSE_NAMES))
QUOTATIONS = (
    *(("'", "'"), ('"', '"'), ("`", "`"), ("\\'", "\\'"), ('\\"', '\\"'), ("‘", "’"), ("“", "”"), ("«", "»"), ("„", "“")),
    *(("&#x27;", "&#x27;"), ("&#39;", "&#39;"), ("&quot;", "&quot;"), ("&#34;", "&#34;"), ("<", ">")),
)
FILLER = re.compile(" +([A-Za-z]{0,64})")
SPACES = re.compile(" +")
BARE = re.compile(r"""[^ \t\r\n"'<>()\[\]{},;]{0,512}""")
WORDS = re.compile(r"[A-Za-z\x80-\U0010ffff]+")


def spans(text: str):
    """Where the secrets of sentences begin and end."""
    folded = text.lower()
    if any(hint in folded for hint in HINTS):
        for m in PROSE.finditer(text):
            found = secret_at(text, m)
            if found is not None:
                yield found


def secret_at(text: str, m):
    word, at = m[0].lower(), m.end()
    before = text[max(0, m.start() - 64) : m.start()]
    phrase = name_before(text, max(0, m.start() - 64), at)
    if word == "identified":
        phrase = "password"  # IDENTIFIED BY 'x'
    elif word in ("key", "code") and not any(c in phrase for c in " _-"):
        return None
    if judge(phrase) != SECRET or word == "key" and not phrase.lower()[:-3].rstrip(" _-").endswith(KEYS):
        return None
    filled = False
    for _ in range(3):
        filler = FILLER.match(text, at)
        if filler is None or filler[1].lower() not in FILLERS:
            break
        at, filled = filler.end(), True
    spaces = SPACES.match(text, at)
    if spaces is None:
        return None
    at = spaces.end()
    quoted = quotation(text, at)
    if word in ("cookie", "session", "signature"):
        return quoted if quoted and word != "cookie" and looks_random(text[quoted[0] : quoted[1]]) else None
    if quoted:
        return quoted
    bare = BARE.match(text, at)[0].rstrip(".:!?")
    words = [w.lower() for w in WORDS.findall(before)[-2:]]
    introduced = not filled and bool(words) and (words[-1] in INTRODUCERS or words[-1] in ARTICLES and words[0] in INTRODUCERS)
    if not bare or "=" in bare or bare.lower() in PLAIN:
        return None
    if looks_random(bare) or introduced or word in CODES and len(bare) >= 4 and not bare.strip("0123456789") or odd_mix(bare):
        return at, at + len(bare)
    return None


def odd_mix(word: str) -> bool:
    """Whether a word has signs in it that no word of a language has."""
    return len(word) >= 6 and any(c in word[1:-1] for c in "!@#$%^&*+~") and not any(c in word for c in "=:/")


def quotation(text: str, at: int):
    """Where what is quoted at begins and ends."""
    for opening, closing in QUOTATIONS:
        if text.startswith(opening, at):
            start = at + len(opening)
            end = text.find(closing, start, start + 512)
            return (start, end) if end > start and "\n" not in text[start:end] else None
    return None
