"""Numbers that show by their digits that they are secret: of cards, bank accounts and social security."""

import re

from .tables import IBANS, ISSUERS

GAP = "(?:[ \\-.+_\u00a0\u2000-\u2015\u202f\u3000]|%20)"  # what sets groups of digits apart
# A run of digits that is a word of its own, and in no fraction.
DIGITS = re.compile("(?<![^\\W])(?<!\\d[.-])\\d{3,19}(?![^\\W])", re.ASCII)
LAYOUTS = tuple(
    re.compile("\\d{%d}" % layout[0] + "(?P<gap>%s)" % GAP + "(?P=gap)".join("\\d{%d}" % n for n in layout[1:]))
    for layout in ((4, 4, 4, 4, 3), (4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 5), (6, 13))
)
SOCIAL = re.compile("(?!000|666|9)\\d{3}(?P<gap>%s)(?!00)\\d{2}(?P=gap)(?!0000)\\d{4}" % GAP.replace("_", ""))
IBAN_START = re.compile("(?<![^\\W])[A-Za-z]{2}\\d{2}", re.ASCII)
IBAN_GAP = re.compile(GAP)
LENGTHS = {country[:2]: int(country[2:]) for country in IBANS}


def is_word(text: str, at: int) -> bool:
    """Whether a letter or a digit is at. Wide blanks and dashes are none."""
    return at < len(text) and (text[at] == "_" or text[at].isalnum())


def is_card(digits: str) -> bool:
    numbers = [ord(c) - 48 for c in reversed(digits)]
    luhn = sum(numbers[::2]) + sum(d * 2 - 9 * (d > 4) for d in numbers[1::2])  # ISO/IEC 7812-1, annex B
    return luhn % 10 == 0 and any(
        first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in ISSUERS
    )


def number_end(text: str, at: int, word: int) -> int:
    """Where the secret number ends that begins with a word of so many digits; 0 if there is none."""
    if 12 <= word <= 19:
        fraction = text[at + word : at + word + 1] == "." and text[at + word + 1 : at + word + 2].isdigit()
        return at + word if not fraction and is_card(text[at : at + word]) else 0
    if word in (4, 6):
        for layout in LAYOUTS:
            m = layout.match(text, at)
            if m and is_whole(text, m) and is_card("".join(filter(str.isdigit, m[0].replace("%20", "")))):
                return m.end()
    elif word == 3:
        m = SOCIAL.match(text, at)
        if m and is_whole(text, m):
            return m.end()
    return 0


def is_whole(text: str, m) -> bool:
    """Whether a group of digits is not followed by more of them."""
    end, gap = m.end(), m["gap"]
    return not is_word(text, end) and (
        gap == " " or not text.startswith(gap, end) or not text[end + len(gap) : end + len(gap) + 1].isdigit()
    )


def iban_end(text: str, at: int) -> int:
    """Where the bank account number ends that begins at (ISO 13616); 0 if there is none."""
    length, number = LENGTHS.get(text[at : at + 2].upper(), 0), []
    while len(number) < length and at < len(text):
        if text[at].isascii() and text[at].isalnum():
            number.append(text[at].upper())
            at += 1
            continue
        gap = IBAN_GAP.match(text, at)
        if gap is None or len(number) % 4:
            return 0
        at = gap.end()
    if not length or len(number) < length or is_word(text, at):
        return 0
    return at if int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1 else 0  # ISO 7064


def spans(text: str) -> list:
    """Where the secret numbers of a text begin and end."""
    found = []
    for m in DIGITS.finditer(text):
        if found and m.start() < found[-1][1]:
            continue
        end = number_end(text, m.start(), m.end() - m.start())
        if end:
            found.append((m.start(), end))
    for m in IBAN_START.finditer(text):
        end = iban_end(text, m.start())
        if end:
            found.append((m.start(), end))
    return found
