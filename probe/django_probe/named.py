"""What follows the name of a secret in a text: name=value, name: value, {"name": …, "value": …}."""

from .fields import Fields
from .names import HARMLESS, SECRET, STATED, judge
from .patterns import BLANKS, EXCEPTION, SEPARATOR
from .reading import Replacing, looks_random, name_before, value_end

OAUTH = ("state=", "redirect_uri=", "code_verifier=", "grant_type=", "client_id=")


def hide_named(text: str, literal=None) -> str:
    """Hides the values of names. literal is what may follow one in source code."""
    out, fields = Replacing(text), Fields(text)
    oauth = "code=" in text and any(parameter in text for parameter in OAUTH)
    at = 0
    while True:
        m = SEPARATOR.search(text, at)
        if m is None:
            return out.text()
        name, at = name_before(text, out.at, m.start()), m.end()
        verdict = judge(name)
        if EXCEPTION.search(name):
            verdict = HARMLESS
        elif verdict == HARMLESS and oauth and name.strip() == "code" and m[0] == "=":
            verdict = SECRET
        if literal is None:
            pair = fields.visit(name, at)
            if pair is not None:
                out.hide(*pair)
                at = max(at, out.at)
                continue
            if fields.is_key:
                continue
        if verdict == HARMLESS:
            continue
        start = BLANKS.match(text, at).end()
        if start == len(text):
            return out.text()
        if literal is None:
            end = value_end(text, start)
        else:
            value = literal.match(text, start)
            end = value.end() if value else start
        if end == start or verdict == STATED and not looks_random(text[start:end]):
            continue
        out.hide(start, end)
        at = end
