"""Statements without their values."""

import re

SQL_LITERAL = re.compile(
    r"[eE]'(?:[^'\\]|''|\\.)*'?|'(?:[^']|'')*'?|\$(\w*)\$(?s:.*?)\$\1\$|/\*(?s:.*?)\*/|--[^\n]*|\b\d[\w.]*"
)
MYSQL_LITERAL = re.compile(r"""'(?:[^'\\]|''|\\.)*'?|"(?:[^"\\]|""|\\.)*"?|/\*(?s:.*?)\*/|--[^\n]*|\b\d[\w.]*""")


def without_literals(sql: str, vendor: str = "") -> str:
    return (MYSQL_LITERAL if vendor == "mysql" else SQL_LITERAL).sub("?", sql[:8192])
