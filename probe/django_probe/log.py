"""What the probe writes to the log of the server. Other Python programs of this environment import it, too."""

import os
import sys

# BaseExceptions that somebody else sends into whatever code runs just then: a signal handler, an event loop, a greenlet.
PASSING = {"KeyboardInterrupt", "SystemExit", "GeneratorExit", "CancelledError", "GreenletExit", "Timeout"}
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
    """Logs that a part of the probe failed, from an except clause. The message of the exception is left out: it may hold
    anything. An exception that is not about the probe is raised again."""
    kind, _, tb = sys.exc_info()
    if not issubclass(kind, Exception) and not PASSING.isdisjoint(base.__name__ for base in kind.__mro__):
        raise
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    where = f"line {tb.tb_lineno} of {os.path.basename(tb.tb_frame.f_code.co_filename)}" if tb else "no line"
    say(f"{what} failed, the request goes on without it: {kind.__name__} in {where}")
