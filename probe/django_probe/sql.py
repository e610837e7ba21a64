"""Statements without their values."""

import re

COMMENT = r"/\*(?:(?s:.*?)\*/|(?s:.*))|--[^\n]*"
ESCAPED = r"'(?:[^'\\]|''|\\(?s:.))*'?"
# Names in double quotes are matched to be kept, and words to know where a literal in double quotes may stand.
NAMES = r'|(?P<name>"(?:[^"]|"")*"?)|\b(?P<word>IN|VALUES|SELECT|FROM|ON|RETURNING|WHERE|SET)\b|(?P<end>\))'
STANDARD = re.compile(
    rf"(?P<literal>{COMMENT}|(?<=\s)\#(?=[\s\w])[^\n]*|\b[eE]{ESCAPED}|'(?:[^']|'')*'?"
    rf"|\$(?P<tag>[A-Za-z_]?\w{{0,62}})\$(?:(?s:.*?)\$(?P=tag)\$|(?s:.*))|\b\d[\w.]*){NAMES}",
    re.I,
)
MYSQL = re.compile(rf"""(?P<literal>{COMMENT}|\#[^\n]*|{ESCAPED}|"(?:[^"\\]|""|\\(?s:.))*"?|\b\d[\w.]*)""")
NAME = re.compile(r'"[A-Za-z_][\w$]{0,62}"\Z')
OPERATOR = re.compile(r"(?:[=<>|]|\b(?:LIKE|GLOB|REGEXP|MATCH|BETWEEN|THEN|ELSE|ESCAPE))\s{0,8}\Z", re.I)
BEHIND = 24  # characters in which an operator before a literal is looked for


def without_literals(sql: str, vendor: str = "") -> str:
    sql = sql[:8192]
    if vendor == "mysql":
        return MYSQL.sub("?", sql)
    quoted = vendor in ("", "sqlite")  # where a text may stand in double quotes, too
    parts, done, inside = [], 0, ""
    for m in STANDARD.finditer(sql):
        if m["word"]:
            word = m["word"].upper()
            inside = word if word in ("IN", "VALUES") else ""
        elif m["end"]:
            inside = "" if inside == "IN" else inside
        elif m["literal"] or quoted and is_text(sql, m, inside):
            parts += sql[done : m.start()], "?"
            done = m.end()
    return "".join(parts) + sql[done:]


def is_text(sql: str, m, inside: str) -> bool:
    """Whether what stands in double quotes is a text: SQLite takes it for one if there is no such column."""
    if not NAME.match(m["name"]):
        return True
    if sql[m.end() : m.end() + 1] == "." or sql[m.start() - 1 : m.start()] == ".":
        return False
    return bool(inside) or OPERATOR.search(sql[max(0, m.start() - BEHIND) : m.start()]) is not None
