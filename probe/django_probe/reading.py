"""Reading a text: what stands before and behind a separator, and hiding parts of it."""

from .patterns import ANYTHING, NAME_BACKWARDS, NEXT, QUOTE_MARKS, QUOTES

FILTERED = "[Filtered]"
ESCAPED = ("a", "b", "f", "n", "r", "t", "v", "0")  # letters that follow a backslash
LOOK_BACK = 300  # characters in which a name before its separator is looked for


class Replacing:
    """A text some of whose parts are hidden, in their order."""

    def __init__(self, plain: str) -> None:
        self.plain, self.at, self.parts = plain, 0, []

    def hide(self, start: int, end: int) -> None:
        """Hides plain[start:end]. It keeps as many lines as it had."""
        if end > self.at and start < end:
            start = max(start, self.at)
            hidden = self.plain[start:end]
            if hidden != FILTERED:
                self.parts += self.plain[self.at : start], FILTERED, "\n" * hidden.count("\n")
                self.at = end

    def text(self) -> str:
        return "".join(self.parts) + self.plain[self.at :] if self.at else self.plain


def has_letter_and_digit(text: str) -> bool:
    return any("0" <= c <= "9" for c in text) and any("a" <= c <= "z" or "A" <= c <= "Z" for c in text)


def looks_random(text: str) -> bool:
    """Whether a text is one word that looks like a secret."""
    text = text.strip().strip("'\"`.,;")
    return len(text) >= 6 and not any(c in text for c in " \t\n") and has_letter_and_digit(text)


def trim_quotes(text: str) -> str:
    while True:
        trimmed = text.rstrip(QUOTES)
        for mark in QUOTE_MARKS:
            if trimmed.endswith(mark):
                trimmed = trimmed[: -len(mark)]
        if trimmed == text:
            return text
        text = trimmed


def name_before(text: str, start: int, at: int) -> str:
    """The name that a text ends with: a word with the two before it. Of "tokens[0]" it is "tokens"."""
    before = trim_quotes(text[max(start, at - LOOK_BACK) : at])
    index = before.rstrip("0123456789")
    if index.endswith("["):
        before = trim_quotes(index.rstrip("["))
    backwards = before[-128:][::-1]
    end = NAME_BACKWARDS.match(backwards).end()
    for _ in range(2):
        if backwards[end : end + 1] == " " and end + 1 < len(backwards):
            end = NAME_BACKWARDS.match(backwards, end + 1).end()
    name = backwards[:end][::-1]
    if backwards[end : end + 1] == "\\" and name[:1] in ESCAPED:  # "line\\npassword", in source code
        name = name[1:]
    return name.lstrip(" ")


def value_end(text: str, at: int) -> int:
    """Where a value ends. What another separator follows is none: the two are hidden together."""
    while True:
        m = ANYTHING.match(text, at)
        at = m.end() if m else at
        following = NEXT.match(text, at)
        if following is None or at == len(text):
            return at
        at = following.end()
