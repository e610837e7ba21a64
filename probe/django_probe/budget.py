"""What one report may take: CPU time, characters, and time to wait for disks. Past the time nothing more is described:
a value is omitted rather than sent unscrubbed."""

from __future__ import annotations

import gc
import threading
import time

OMITTED = "<omitted>"
CPU = 0.020  # seconds of CPU time for the report of one request
HANDLED = 0.5  # the part of it that errors which were handled may use: one that was not may follow
WAIT = 0.100  # seconds for reading files
VALUES = 150_000  # characters of local variables
FRAMES = 150

cpu_clock = getattr(time, "thread_time", time.process_time)  # tests replace both
wall_clock = time.monotonic


class Budget:
    """What is left for the report of one request, of which parts are described when they happen."""

    def __init__(self) -> None:
        self.cpu, self.handled, self.wait = CPU, CPU * HANDLED, WAIT
        self.values, self.frames, self.cut = VALUES, FRAMES, set()

    def room_for(self, characters: int) -> bool:
        """Whether there was still room for a local variable."""
        if self.values <= 0:
            self.cut.add("vars")
            return False
        self.values -= characters
        return True


class Turn:
    """The time in which one thread describes one thing: an error, or what belongs to all of them."""

    def __init__(self, budget: Budget, handled: bool = False) -> None:
        self.budget, self.handled, self.is_over = budget, handled, False
        self.thread, self.collected, self.collecting = threading.get_ident(), 0.0, 0.0
        self.began = cpu_clock()
        self.until = self.began + (min(budget.handled, budget.cpu) if handled else budget.cpu)

    def over(self) -> bool:
        """Whether the time is up. Asked before each thing that takes some."""
        if not self.is_over and cpu_clock() - self.collected >= self.until:
            self.is_over = True
            self.budget.cut.add("time")
        return self.is_over

    def __enter__(self) -> Turn:
        gc.callbacks.append(self.collect)
        return self

    def __exit__(self, *_) -> None:
        gc.callbacks.remove(self.collect)
        used = cpu_clock() - self.collected - self.began
        if self.handled:
            used = min(used, self.budget.handled)
            self.budget.handled -= used
        self.budget.cpu -= used

    def collect(self, phase: str, info: dict) -> None:
        """The garbage collector may come along at any time: what it takes in this thread does not count."""
        if threading.get_ident() == self.thread:
            if phase == "start":
                self.collecting = cpu_clock()
            else:
                self.collected += cpu_clock() - self.collecting
