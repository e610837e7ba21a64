"""Answers as Python's re searches: reads a JSON list of [expression, text] pairs
and writes a JSON list of what the match and its groups span, in characters, or
null for no match. An expression that does not compile is answered with false."""

import json
import re
import sys
import warnings

warnings.simplefilter("ignore")  # a set that may come to mean something else


def search(expression, text):
    try:
        match = re.search(expression, text)
    except (re.error, OverflowError):
        return False
    return match and [match.span(i) for i in range(match.re.groups + 1)]


json.dump([search(*question) for question in json.load(sys.stdin)], sys.stdout)
