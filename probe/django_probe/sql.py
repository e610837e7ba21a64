"""Statements without their values."""

import re

from .values import describe

SQL_LITERAL = re.compile(
    r"[eE]'(?:[^'\\]|''|\\.)*'?|'(?:[^']|'')*'?|\$(\w*)\$(?s:.*?)\$\1\$|/\*(?s:.*?)\*/|--[^\n]*|\b\d[\w.]*"
)
MYSQL_LITERAL = re.compile(r"""'(?:[^'\\]|''|\\.)*'?|"(?:[^"\\]|""|\\.)*"?|/\*(?s:.*?)\*/|--[^\n]*|\b\d[\w.]*""")


def without_literals(sql, vendor: str = "") -> str:
    sql = sql if type(sql) is str else str(sql) if isinstance(sql, str) else describe(sql)
    return (MYSQL_LITERAL if vendor == "mysql" else SQL_LITERAL).sub("?", sql[:8192])
