"""One request, and what is noted of it."""

from __future__ import annotations

import collections
import contextvars

from .budget import Budget
from .exceptions import describe_error
from .log import broken

CURRENT = contextvars.ContextVar("django_probe", default=None)
ERRORS = 5  # of a report
STATEMENTS, LONGEST = 1000, 10_000  # that are counted by their text, and characters of one
UNHANDLED, TRACEBACK, MESSAGE = range(3)  # what an error was: the first tells most


class Exchange:
    """What is noted of one request. Contexts that are copied to threads and tasks all refer to this one object."""

    # What most requests leave as it is costs them nothing here.
    pii, messages, repeats, refusal, server, request, view_time = False, False, 0, None, None, None, 0.0
    queries, query_time, cache_calls, cache_time, in_cache = 0, 0.0, 0, 0.0, False
    crumbs = statements = budget = None  # statements: how often each ran
    errors = seen = report = ()  # described; (exception, what it was); packed
    over = False  # tasks in the background may outlive it

    def asked_for(self, options: list) -> None:
        self.pii, self.messages = "pii" in options, "log" in options
        self.repeats = max((int(o[3:]) for o in options if o.startswith("n1=") and o[3:].isdigit()), default=0)
        self.statements = {}

    def noted(self) -> collections.deque:
        """The last things that happened, oldest first."""
        if self.crumbs is None:
            crumbs = collections.deque((), 30)
            if self.over:
                return crumbs  # of nobody
            self.crumbs = crumbs
        return self.crumbs

    def ran(self, sql) -> None:
        """Counts a statement by its text. psycopg's are objects, which cannot be a key."""
        known = self.statements
        if known is not None and type(sql) is str and len(sql) <= LONGEST and (len(known) < STATEMENTS or sql in known):
            known[sql] = known.get(sql, 0) + 1

    def failed(self, error, record) -> None:
        """Describes an error now, while its frames are as they were: unhandled, or logged with its traceback or
        without."""
        what = UNHANDLED if record is None else MESSAGE if error is None else TRACEBACK
        if error is None and (not self.messages or self.errors or record is None):
            return  # one message is enough, and all are among the breadcrumbs
        CURRENT.set(None)  # nothing that happens meanwhile is the request's
        try:
            place = next((i for i, (e, _) in enumerate(self.seen) if e is error and e is not None), None)
            if place is not None and (what != UNHANDLED or self.seen[place][1] == UNHANDLED):
                return
            if not self.seen:
                self.errors, self.seen, self.budget = [], [], self.budget or Budget()
            if place is not None:  # it was logged, and raised again
                del self.seen[place], self.errors[place]
            place = 0 if what == UNHANDLED else sum(other <= what for _, other in self.seen)
            if place < ERRORS:
                self.errors.insert(place, describe_error(error, record, self.budget))
                self.seen.insert(place, (error, what))
                del self.errors[ERRORS:], self.seen[ERRORS:]
        except BaseException:
            broken("describing an exception")
        finally:
            CURRENT.set(self)

    def end(self) -> None:
        self.worker.serving.discard(self)
        self.over = True
        self.seen = ()  # tracebacks hold frames of ours, and those hold this
        self.crumbs = self.statements = self.request = None
        self.errors = self.report = ()
