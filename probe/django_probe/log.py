"""What the probe says in the log of the server. Other Python programs of this environment import it, too."""

import os
import sys

said = set()


def say(text: str) -> None:
    """Tells whoever reads the log of the server, each thing once."""
    if text not in said:
        said.add(text)
        try:
            print("django probe:", text, file=sys.stderr, flush=True)
        except Exception:
            pass  # there is nobody to tell


def broken(what: str) -> None:
    """Says that a part of the probe failed. The message of the exception is left out: it may hold anything."""
    kind, _, tb = sys.exc_info()
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    where = f"line {tb.tb_lineno} of {os.path.basename(tb.tb_frame.f_code.co_filename)}" if tb else "no line"
    say(f"{what} failed, the request goes on without it: {kind and kind.__name__} in {where}")
