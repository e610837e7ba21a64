"""Elements of XML that hold a secret: <password>…</password>, in whatever text they stand."""

import re

from .names import SECRET, judge
from .fields import denied_value
from .patterns import NAMED_ELEMENTS
from .reading import FILTERED, Replacing

NAME_ENDINGS = (
    *("name>", "Name>", "NAME>", "key>", "Key>", "KEY>", "field>", "Field>", "param>", "Param>", "arameter>"),
    *("roperty>", "ttribute>", "ariable>"),
)
TAG_NAME = re.compile(r"[\w.:-]{1,65}")
START_TAG, UNCLOSED = 512, 32


def hide_elements(text: str) -> str:
    if "<" in text and ("</" in text or ">" in text):
        if any(ending in text for ending in NAME_ENDINGS):
            for pattern in NAMED_ELEMENTS:
                text = hide_named_elements(text, pattern)
        text = hide_between(text, "<", ">", "</")
    if "&lt;" in text:
        text = hide_between(text, "&lt;", "&gt;", "&lt;/")
    return text


def hide_named_elements(text: str, pattern) -> str:
    out = Replacing(text)
    for m in pattern.finditer(text):
        if judge(m["name"].strip()) == SECRET and m["value"].strip():
            out.hide(m.start("value"), m.end("value"))
    return out.text()


def hide_between(text: str, opening: str, closing: str, ending: str) -> str:
    out, at, unclosed = Replacing(text), 0, 0
    while True:
        at = text.find(opening, at)
        if at < 0:
            return out.text()
        at += len(opening)
        m = TAG_NAME.match(text, at)
        if m is None or len(m[0]) > 64 or m[0][0].isdigit():
            continue
        name = m[0]
        close = text.find(closing, m.end(), m.end() + START_TAG)
        if close < 0:
            continue
        attributes = text[m.end() : close]
        if attributes.endswith("/") or attributes[:1] not in ("", " ", "\t", "\r", "\n") or FILTERED in attributes:
            continue
        if (judge(name) != SECRET or name.lower() == "key") and not names_secret(attributes):
            continue
        start, end = close + len(closing), -1
        if unclosed < UNCLOSED:
            end = text.find(ending + name, start)
            unclosed += end < 0
        if end < 0:  # it was cut, or there is none
            if text[start : start + 1] in ("", " ", "\t", "\r", "\n"):
                at = start
                continue
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
        if text[start:end].strip():
            out.hide(start, end)
        at = end


def names_secret(attributes: str) -> bool:
    """Whether attributes say that an element holds a secret: <string name="api_key">."""
    if "value=" in attributes:
        return False
    for key in ("name=", "key=", "Name=", "Key="):
        _, found, rest = attributes.partition(key)
        if found and denied_value(rest):
            return True
    return False
