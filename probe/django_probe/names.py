"""Names of secrets, told by whole words: the rules of internal/secretname in the gateway."""

import re
from urllib.parse import unquote

from . import tables

HARMLESS, STATED, SECRET = 0, 1, 2  # stated: prose such as "session expired", behind which there may be a secret

SINGLES, OTHER, KEYS = frozenset(tables.WORD), frozenset(tables.OTHER), frozenset(tables.KEYS)
AROUND, BEHIND, AFTER = frozenset(tables.AROUND), frozenset(tables.BEHIND), frozenset(tables.AFTER)
STATES, FLAGS, QUANTITIES = frozenset(tables.STATE), frozenset(tables.FLAG), frozenset(tables.QUANTITY)
NOTHING = frozenset()
JOINED = {compound.replace("_", ""): compound for compound in tables.COMPOUND}
COMPOUNDS = {}
for compound in tables.COMPOUND:
    COMPOUNDS.setdefault(compound.split("_")[0], []).append(compound.split("_"))

ACCENT = re.compile("[\u0300-\u036f]")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
judged = {}


def judge(name: str) -> int:
    """What a name is. Names come again and again: they are remembered."""
    known = judged.get(name)
    if known is None:
        known = judge_words(name)
        if len(name) <= 64:
            if len(judged) >= 5000:
                judged.clear()
            judged[name] = known
    return known


def judge_words(name: str) -> int:
    words, starts = split(name)
    prose, stated = " " in name or "+" in name, False
    for i in range(len(words) - 1, -1, -1):
        term, n = term_at(words, starts, i)
        if n:
            verdict = verdict_of(words, starts[i], i, n, term, prose)
            if verdict == SECRET:
                return SECRET
            stated = stated or verdict == STATED
    return STATED if stated and prose else HARMLESS


def kind_of(c: str) -> str:
    """The kind of a character: l(ower), u(pper), d(igit), accent, or nothing if it separates words."""
    if "a" <= c <= "z":
        return "l"
    if "A" <= c <= "Z":
        return "u"
    if "0" <= c <= "9":
        return "d"
    if c < "\xc0" or "\u2000" <= c <= "\u206f" or "\u3000" <= c <= "\u3004" or c == "\ufffd" or c >= "\U000f0000":
        return ""
    if "\u0300" <= c <= "\u036f":
        return "a"
    return "u" if c.isupper() else "l"


def split(name: str) -> tuple:
    """The words of a name in lower case, and for each the word that its part of the name begins with."""
    name = name[-256:]
    for _ in range(3):
        if "%" not in name:
            break
        plain = unquote(name, errors="replace")
        if plain == name or BROKEN_ESCAPE.search(name):
            break
        name = plain
    if "\\u" in name:
        name = ESCAPE.sub(lambda m: chr(int(m[1], 16)), name)
    words, starts, word, start, last = [], [], "", 0, ""
    kinds = [kind_of(c) for c in name]
    for i, c in enumerate(name):
        kind = kinds[i]
        if kind == "a":
            continue
        ends = kind == "" or last and kind != last and not (last == "u" and kind == "l")
        if not ends and kind == "u" and last == "u" and i + 1 < len(name) and kinds[i + 1] == "l":  # APIKey, not APIs
            ends = not (name[i + 1] == "s" and (i + 2 == len(name) or kinds[i + 2] != "l"))
        if ends and word:
            words.append(word)
            starts.append(start)
            word = ""
        if kind == "" and c not in "_-":
            start = len(words)
        last = kind
        if kind:
            word += c.lower()[0]
    if word:
        words.append(word)
        starts.append(start)
    cut = max(len(words) - 32, 0)
    return words[cut:], [max(start - cut, 0) for start in starts[cut:]]


BROKEN_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")


def term_at(words: list, starts: list, i: int) -> tuple:
    """The term that the words have at i, and how many words it is."""
    word = words[i]
    for parts in COMPOUNDS.get(word, ()):
        n = len(parts)
        if n <= len(words) - i and parts[:-1] == words[i : i + n - 1] and words[i + n - 1] in (parts[-1], parts[-1] + "s"):
            return "_".join(parts), n
    term = term_in(word)
    if not term or term == "key" and word.endswith("s") and (i == starts[i] or words[i - 1] not in KEYS):
        return "", 0  # nothing, or the keys of a dictionary
    return term, 1


def term_in(word: str) -> str:
    """The term that makes a word the name of a secret."""
    size = len(word.encode("utf-8", "replace"))
    if size < 2 or word in OTHER:
        return ""
    one = word[:-1] if size > 3 and word.endswith("s") and word not in SINGLES else word
    if one in SINGLES:
        return one
    if size < 4 or one in OTHER:
        return ""
    for term in tables.INSIDE:
        if term in word:
            return term
    if one in JOINED:
        return JOINED[one]
    for term in tables.SUFFIX:
        if word.endswith(term) or one.endswith(term):
            return term
    if one.endswith("key") and (one[:-3] in KEYS or one[:-3] in AROUND):
        return "key"
    return term_of_two(one)


def term_of_two(word: str) -> str:
    """The term in two words that are written as one: userpin, tokenvalue."""
    for cut in range(2, len(word) - 1) if len(word) <= 24 and word.isascii() else ():
        start, end = word[:cut], word[cut:]
        if start in AROUND and (end in SINGLES and end != "key" or end in JOINED):
            return end if end in SINGLES else JOINED[end]
        if end in BEHIND and start != "key" and start in SINGLES:
            return start
    return ""


def verdict_of(words: list, start: int, i: int, n: int, term: str, prose: bool) -> int:
    """Judges the term words[i:i+n] by the words around it. start is the first word of its part of the name."""
    if words[start] == "x" and start < i:
        start += 1
    last = len(words) - 1
    while last > i and words[last][0] <= "9":
        last -= 1
    if last >= i + n:
        if words[last] in AFTER:
            return HARMLESS
        if words[last] in STATES:
            return STATED
        if words[i + n] in tables.BEHIND_TERM.get(term, NOTHING) and (i == start or not words[i + n].startswith("value")):
            return HARMLESS
    if i == 0 or i == start and not prose:
        return SECRET
    if start < i and (words[start] in FLAGS or words[start] in QUANTITIES) or words[i - 1] in QUANTITIES:
        return HARMLESS
    if words[i - 1] in tables.BEFORE_TERM.get(term, NOTHING):
        return HARMLESS
    return STATED if term == "key" and words[i - 1] in STATES else SECRET
