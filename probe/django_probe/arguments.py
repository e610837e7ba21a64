"""The arguments of command lines: --token x, -px, -u name:x. The command may be a list as Python prints it."""

from .names import SECRET, judge
from .patterns import ARGUMENT, FLAG, GLUED
from .reading import Replacing, has_letter_and_digit
from .tables import PROSE_WORDS, SECRET_FLAGS

PROSE = frozenset(PROSE_WORDS)


def hide_arguments(text: str) -> str:
    if "-" not in text:
        return text
    out = Replacing(text)
    for m in FLAG.finditer(text):
        if m.start() < out.at:
            continue
        flag = m["flag"]
        if m.start("flag") - m.start() == 1:
            start, end = short_argument(text, m.start())
            if end > start:
                out.hide(start, end)
                continue
        start, end = argument_at(text, m.end())
        is_user = flag in ("user", "proxy-user", "userpwd")
        if is_user and text[m.end() : m.end() + 1] == "=":  # --user=ada:x
            start, end = word_of_command(text, m.end() + 1)
        if end == start or text[start] == "-":
            continue
        argument = text[start:end]
        if is_user and is_user_and_secret(argument):
            out.hide(start, end)
        elif len(flag) > 1 and judge(flag) == SECRET and argument.lower() not in PROSE:
            out.hide(start, end)
    return out.text()


def argument_at(text: str, at: int) -> tuple:
    """Where the argument begins and ends that follows a flag ending at."""
    c = text[at : at + 1]
    if c in ("'", '"', "`") and at + 1 < len(text):  # in a list: '--token', 'x'
        start = at + 1
        while text[start : start + 1] in (",", " ", "\t", "\n"):
            start += 1
        if start == at + 1 or text[start : start + 1] != c:
            return at, at
        start += 1
        end = text.find(c, start)
        return start, len(text) if end < 0 else end
    if c not in (" ", "\t"):
        return at, at
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return word_of_command(text, at)


def word_of_command(text: str, at: int) -> tuple:
    """Where a word of a command line begins and ends, with its quotes."""
    quote = text[at : at + 1]
    if quote in ("'", '"'):
        end = text.find(quote, at + 1)
        return at, len(text) if end < 0 else end + 1
    return at, ARGUMENT.match(text, at).end()


def is_user_and_secret(argument: str) -> bool:
    user, found, secret = argument.strip("'\"").partition(":")
    return bool(found and secret) and not secret.startswith("//") and bool((user + secret).strip("0123456789"))


def short_argument(text: str, start: int) -> tuple:
    """Where the secret is that a flag of one letter brings."""
    letter, glued = text[start + 1], start + 2
    first, last = argument_at(text, glued)
    is_glued = first == last and text[glued : glued + 1] not in ("", " ", "\t", "'", '"')
    if is_glued:
        first, last = glued, GLUED.match(text, glued).end()
    elif first == last and text[glued : glued + 1] in ("'", '"') and text[max(0, start - 1) : start] in ("", " "):  # -p'X'
        end = text.find(text[glued], glued + 1, glued + 256)
        if end > glued + 1:
            first, last, is_glued = glued + 1, end, True
    if first >= last:
        return 0, 0
    argument = text[first:last]
    if letter in "uU":
        return (first, last) if is_user_and_secret(argument) or letter == "U" and "%" in argument else (0, 0)
    if is_glued and letter == "p" and looks_like_password(argument):
        return first, last
    if letter not in "pPaw" or argument[0] == "-":
        return 0, 0
    line = text[max(0, start - 256) : start]
    line = line[line.rfind("\n") + 1 :]
    for commands, apart, joined in SECRET_FLAGS:
        if letter in (joined if is_glued else apart) and any(command in line for command in commands):
            return first, last
    return 0, 0


def looks_like_password(text: str) -> bool:
    return len(text) >= 6 and not any(c in text for c in ":/=.") and has_letter_and_digit(text)
