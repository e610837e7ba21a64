"""The literals of INSERT INTO t (name, password) VALUES ('ada', 'x'), by their columns."""

from .names import SECRET, judge
from .patterns import INSERT, INSERTED
from .reading import Replacing


def hide_inserted(text: str) -> str:
    if "into" not in text and "INTO" not in text:
        return text
    out = Replacing(text)
    for m in INSERT.finditer(text):
        if len(m["columns"]) > 4096:
            continue
        secret = [judge(column.strip(' \t\r\n"`[]\\')) == SECRET for column in m["columns"].split(",")]
        if not any(secret):
            continue
        at, n = max(m.end(), out.at), 0
        while at < len(text):
            value = INSERTED.match(text, at)
            if n < len(secret) and secret[n] and value["literal"]:
                out.hide(value.start("literal"), value.end("literal"))
            at, n = value.end() + 1, n + 1
            if text[value.end() : at] != ")":
                continue
            while text[at : at + 1] in (" ", "\t", "\r", "\n", ","):  # to the next row
                at += 1
            if text[at : at + 1] != "(":
                break
            at, n = at + 1, 0
    return out.text()
