"""The gateway's credential: an HMAC-SHA256, by the secret that both know, over the method and what it asks.

Whoever stands between the gateway and the probe sees it and may record it, so it is good for one request: for a minute,
and in each worker once. The path is not part of it: servers spell one and the same path in several ways, and a client
who chooses such a path would turn the probe off. No local, global or repr holds the secret.
"""

from hashlib import sha256
from hmac import compare_digest

from .start import take_secret

WINDOW = 60  # seconds, before and after
KEPT = 32768  # nonces


def keyed(secret: bytes) -> tuple:
    """Returns functions: the HMAC of a message in hex (RFC 2104), and whether a text is the secret itself."""
    block = (sha256(secret).digest() if len(secret) > 64 else secret).ljust(64, b"\0")
    inner, outer = sha256(bytes(b ^ 0x36 for b in block)), sha256(bytes(b ^ 0x5C for b in block))
    known = sha256(secret).digest()

    def sign(message: bytes) -> str:
        hashed, signed = inner.copy(), outer.copy()
        hashed.update(message)
        signed.update(hashed.digest())
        return signed.hexdigest()

    def is_secret(text: bytes) -> bool:
        return compare_digest(sha256(text).digest(), known)

    return sign, is_secret


class Nonces:
    """The nonces of the last minutes by the second of the gateway that they came with. Of too many the oldest go, and
    requests that are as old are refused from then on."""

    def __init__(self) -> None:
        self.seconds, self.floor, self.count = {}, 0, 0

    def fresh(self, nonce: str, second: int, token: object) -> bool:
        """Whether it comes for the first time. token is an object of this call alone: of several threads one wins."""
        if second <= self.floor:
            return False
        known = self.seconds.get(second)
        if known is None:
            known = self.seconds.setdefault(second, {})
            for old in [s for s in list(self.seconds) if s < second - 2 * WINDOW]:
                self.forget(old)
        if known.setdefault(nonce, token) is not token:
            return False
        self.count += 1
        if self.count > KEPT:
            self.forget(min(list(self.seconds), default=0))
        return True

    def forget(self, second: int) -> None:
        self.count -= len(self.seconds.pop(second, ()))
        self.floor = max(self.floor, second)


sign, is_secret = keyed(take_secret())
