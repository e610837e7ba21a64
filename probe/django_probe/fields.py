"""Pairs of a field's name and its value: {"name": "password", "value": "…"}, in either order."""

import re

from . import tables
from .names import SECRET, judge
from .patterns import BLANKS, SEPARATOR
from .reading import name_before, value_end

NAMES, VALUES = frozenset(tables.FIELD_NAMES), frozenset(tables.FIELD_VALUES)
GAP, AHEAD = 512, 8  # characters between the two halves, other keys between them
LAST_WORD = re.compile(r"(?:[a-z]+[A-Z]?|[A-Z]+)")
LITERAL_START = re.compile(r"""[bBuUrRfF]{0,2}['"]""")
NAME = re.compile(r"""[\w.\[\]/%-]{0,128}""")
QUOTED_NAME = re.compile(r"""[\w.\[\]/% -]{0,128}""")
WORD = re.compile("[A-Za-z]+")
UNQUOTED = re.compile(r"[^\n,}&;<>]*")


def last_word(key: str) -> str:
    """The last word of a key such as "fieldName" or "@name" in lower case."""
    m = LAST_WORD.match(key.rstrip(" \t0123456789")[:-65:-1])
    return m[0][::-1].lower() if m else ""


def same_group(text: str) -> bool:
    """Whether a text does not leave the object it begins in."""
    depth = 0
    for i, c in enumerate(text):
        if c in "{([":
            depth += 1
        elif c in "})]":
            depth -= 1
            if depth < 0:
                return False
        elif c == "\n":
            if text.startswith("\n\n", i) or text[i : i + 40].lstrip("\n \t").startswith("- "):
                return False
        elif c == ">" and not depth and i and text[i - 1] not in "=-":
            return False
    return True


def denied_value(text: str) -> bool:
    """Whether a text begins with the name of a secret, or with a list that ends with one."""
    text = text.lstrip(" \t\r\n>")
    quoted = text[:1] in ("[", "(", "'", '"', "`", "\\", "&", "%")
    if text[:1] in ("(", "["):
        items, found, _ = text[1:].partition(")" if text[0] == "(" else "]")
        if not found:
            return False
        text = items[items.rfind(",") + 1 :]
    text = text.lstrip(" \t")
    if LITERAL_START.match(text):
        text = text.lstrip("bBuUrRfF")
    text = text.lstrip("\"'`\\")
    for mark in ("&quot;", "&#x27;", "&#39;", "&#34;", "&gt;", "%22", "%27"):
        if text.startswith(mark):
            text = text[len(mark) :]
    name = (QUOTED_NAME if quoted else NAME).match(text)[0]
    if len(name) < len(text) and not quoted and text[len(name)] not in " \t\r\n,;&}>)\\\"'":
        return False
    return bool(name) and judge(name) == SECRET


class Fields:
    """Finds the values of fields that are secret while a text is read."""

    def __init__(self, text: str) -> None:
        self.text, self.named, self.value, self.is_key = text, -1, -1, False

    def visit(self, key: str, at: int):
        """Sees a key whose value begins at. Returns where that of a secret begins and ends, or None."""
        self.is_key = False
        word = last_word(key)
        if word in VALUES:
            self.value = at
            behind = 0 <= self.named and at - self.named <= GAP and same_group(self.text[self.named : at])
            if behind or self.ahead(at):
                start, end = value_at(self.text, at)
                if end - start > 2 and self.text[start] in "'\"" and self.text[end - 1] == self.text[start]:
                    start, end = start + 1, end - 1
                return (start, end) if end > start else None
        elif word in NAMES:
            self.is_key = key.lower() == "key" and (
                self.value_follows(at) or 0 <= self.value >= at - GAP and same_group(self.text[self.value : at])
            )
            if denied_value(self.text[at : at + GAP]):
                self.named = at
        return None

    def value_follows(self, at: int) -> bool:
        window = self.text[at : at + GAP]
        m = WORD.match(window[value_at(window, 0)[1] :].lstrip(" \t\r\n,'\"\\&;"))
        return m is not None and last_word(m[0]) in VALUES

    def ahead(self, at: int) -> bool:
        """Whether the name of a secret stands behind the value at."""
        window = self.text[at : at + GAP]
        start = value_at(window, 0)[1]
        for _ in range(AHEAD):
            m = SEPARATOR.search(window, start)
            if m is None or not same_group(window[: m.start()]):
                return False
            word = last_word(name_before(window, start, m.start()))
            start = m.end()
            if word in NAMES and denied_value(window[start:]):
                return True
            if word in VALUES:
                return False
        return False


def value_at(text: str, at: int) -> tuple:
    """Where the value begins and ends that follows a separator."""
    at = BLANKS.match(text, at).end()
    if at == len(text):
        return at, at
    if LITERAL_START.match(text, at) or text[at] in "[{(|":
        return at, value_end(text, at)
    if text.startswith(('\\"', "\\'"), at):
        end = text.find(text[at : at + 2], at + 2)
        return at, end + 2 if end >= 0 else len(text)
    return at, UNQUOTED.match(text, at).end()
