"""Secrets, hidden before anything leaves the process. The gateway hides by the same rules, and more thoroughly:
capture/denylist.go and capture/scrub_*.go there."""

from .patterns import ANYTHING, CARD, EXCEPTION, FOUR_DIGITS, KEY_LINE, NAME, NUMBER, SHAPES, STRING

FILTERED = "[Filtered]"
TERMS = (
    *("auth", "bearer", "credentials", "identity", "jwt", "passwd", "password", "pwd", "passphrase", "passcode"),
    *("saml", "secret", "sso", "token", "otp", "two_factor", "twofactor", "signature", "_pass", "key", "csrf", "xsrf"),
    *("session", "sessid", "sid", "cookie", "forwarded", "x_real_ip", "remote_addr", "remoteaddr", "remote_user"),
    *("ip_address", "ipaddress", "client_ip", "clientip", "connecting_ip", "card_number", "cardnumber", "credit_card"),
    *("creditcard", "cvc", "cvv", "iban", "ssn"),
)
names_denied = {}


def denied(name: str) -> bool:
    """Whether the value of a name must not be told."""
    known = names_denied.get(name)
    if known is None:
        known = mentions(name)
        if len(name) <= 64 and len(names_denied) < 5000:
            names_denied[name] = known
    return known


def mentions(text: str) -> bool:
    folded = text.lower().replace("-", "_").replace(" ", "_")
    return any(term in folded for term in TERMS)


def masked(match) -> str:
    """What stands for a secret: as many lines as it had, and what the pattern keeps of it."""
    kept = match.groupdict().get("kept") or ""
    return kept + FILTERED + "\n" * match[0].count("\n")


def masked_card(match) -> str:
    digits = [int(c) for c in match[0] if c.isdigit()][::-1]
    luhn = sum(digits[::2]) + sum(d * 2 - 9 * (d > 4) for d in digits[1::2])  # ISO/IEC 7812-1, annex B
    return match[0] if luhn % 10 else FILTERED


def scrub(text: str, values=None) -> str:
    """Hides what shows by its shape that it is a secret, and what follows a name that is one's. values are what may
    follow such a name: anything, or in source code (LITERAL) a literal alone."""
    for hints, pattern in SHAPES:
        if any(hint in text for hint in hints):
            text = pattern.sub(masked, text)
    if FOUR_DIGITS.search(text):
        text = NUMBER.sub(masked, CARD.sub(masked_card, text))
    if values is not None:
        text = KEY_LINE.sub(masked, text)
    if not mentions(text):
        return text
    if values is not None:  # in a literal, too, there can be any text
        text = STRING.sub(lambda m: scrub(m[0][:-1]) + m[0][-1:], text)
    parts, done = [], 0
    for m in NAME.finditer(text):
        if m.start() < done or not denied(m["name"]) or EXCEPTION.search(m["name"]):
            continue
        value = (values or ANYTHING).match(text, m.end())
        if value is not None:
            parts += text[done : m.end()], FILTERED, "\n" * value[0].count("\n")
            done = value.end()
    return "".join(parts) + text[done:]
