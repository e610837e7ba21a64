"""This process, as the answers describe it."""

from __future__ import annotations

import itertools
import os
import platform
from time import perf_counter as clock
from urllib.parse import quote

import django

from .credential import Nonces

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
PYTHON, DJANGO = platform.python_version(), django.get_version()
VERSIONS = f" py={quote(PYTHON, safe='')} dj={quote(DJANGO, safe='')}"


class Worker:
    """What this process has done since it was forked."""

    def __init__(self) -> None:
        self.pid, self.born, self.serving, self.served = os.getpid(), clock(), set(), itertools.count(1)
        self.known, self.until, self.of = "", 0.0, None
        self.nonces = Nonces()

    def describe(self, now: float, server: str | None) -> str:
        """What is the same in all answers of a second."""
        known = f" pid={self.pid} age={int(now - self.born)}"
        try:
            with open("/proc/self/statm", "rb") as file:
                known += f" rss={int(file.read().split()[1]) * PAGE}"
        except Exception:
            pass  # no Linux
        known += VERSIONS
        if server:
            known += " srv=" + quote(server[:60], safe="", errors="replace")
        self.known, self.until, self.of = known, now + 1, server
        return known


def forked() -> None:
    """A server may load Django before it forks: its workers are as old as they are, whenever the first request comes."""
    global this
    this = Worker()


this = Worker()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forked)
