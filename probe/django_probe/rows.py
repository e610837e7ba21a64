"""Rows of databases in their messages, literals in front of their name, pairs of literals, and parts of forms."""

from .inserts import hide_inserted
from .names import SECRET, judge
from .patterns import NAMED_AFTER, PAIR, PART, PROTOCOL
from .reading import Replacing
from .tables import ROWS

LITERAL_ENDS = ("' ", '" ', "` ")


def hide_rows(text: str) -> str:
    if len(text) >= 12:
        for start, after, ends, lines in ROWS:
            if start in text:
                text = hide_row(text, start, after, ends, lines)
    if "rotocol" in text or "ROTOCOL" in text:
        out = Replacing(text)
        for m in PROTOCOL.finditer(text):
            if judge(m["name"]) == SECRET:
                out.hide(m.start("value"), m.end("value"))
        text = out.text()
    text = hide_inserted(text)
    if any(end in text for end in LITERAL_ENDS):
        text = hide_named_after(text)
    return text


def hide_row(text: str, start: str, after: str, ends: tuple, lines: bool) -> str:
    out, at = Replacing(text), 0
    while True:
        at = text.find(start, at)
        if at < 0:
            return out.text()
        at += len(start)
        line = text.find("\n", at)
        line = len(text) if line < 0 else line
        if after:
            behind = text.find(after, at, min(line, at + 512))
            if behind < 0:
                continue
            at = behind + len(after)
        last = len(text) if lines else line
        end = next((found for found in (text.find(e, at, last) for e in ends) if found >= 0), -1)
        if end < 0 and not lines:
            end = text.rfind(")", at, line)
        end = last if end < 0 else end
        out.hide(at, end)
        at = max(at, end)


def hide_named_after(text: str) -> str:
    out = Replacing(text)
    for m in NAMED_AFTER.finditer(text):
        name = m["name"]
        if judge(name.partition(" ")[0]) == SECRET or judge(name) == SECRET:
            group = next(g for g in "abc" if m[g] is not None)
            out.hide(m.start(group), m.end(group))
    return out.text()


def hide_pairs(text: str) -> str:
    if "'," not in text and '",' not in text:
        return text
    out = Replacing(text)
    for m in PAIR.finditer(text):
        if judge(m["one"] or m["two"]) == SECRET:
            out.hide(m.start("value"), m.end("value"))
    return out.text()


def hide_parts(text: str) -> str:
    if "form-data;" not in text and "Form-Data;" not in text:
        return text
    out = Replacing(text)
    for m in PART.finditer(text):
        if m.start() < out.at or judge(m["name"]) != SECRET:
            continue
        for line in ("\r\n", "\\r\\n", "\n", "\\n"):  # as Python prints them, too
            start = text.find(line + line, m.end(), m.end() + 512)
            if start >= 0:
                start += 2 * len(line)
                end = text.find(line + "--", start)
                out.hide(start, len(text) if end < 0 else end)
                break
    return out.text()
