"""One request, and what is noted of it."""

import collections
import contextvars

from .exceptions import describe_error
from .log import broken

CURRENT = contextvars.ContextVar("django_probe", default=None)


class Exchange:
    """What is noted of one request. Contexts that are copied to threads and tasks all refer to this one object."""

    # What most requests leave as it is costs them nothing here.
    pii, repeats, spoken, server, request, view_time, in_cache = False, 0, True, None, None, 0.0, False
    queries, query_time, cache_calls, cache_time = 0, 0.0, 0, 0.0
    crumbs = statements = None  # statements: how often each ran
    errors = seen = report = ()  # described; (exception, handled); packed

    def asked_for(self, options: list) -> None:
        self.pii = "pii" in options
        self.repeats = max((int(o[3:]) for o in options if o.startswith("n1=") and o[3:].isdigit()), default=0)
        self.statements = {}

    def noted(self) -> collections.deque:
        """The last things that happened, oldest first."""
        if self.crumbs is None:
            self.crumbs = collections.deque((), 30)
        return self.crumbs

    def failed(self, error, record) -> None:
        """Describes an exception now, while its frames are as they were: unhandled, or logged."""
        CURRENT.set(None)  # nothing that happens meanwhile is the request's
        try:
            known = next((i for i, (e, handled) in enumerate(self.seen) if e is error), None)
            if error is None or known is not None and (record is not None or not self.seen[known][1]):
                return
            if not self.seen:
                self.errors, self.seen = [], []
            if known is not None:  # it was logged, and raised again
                del self.seen[known], self.errors[known]
            if len(self.errors) < 5 or record is None:
                place = len(self.errors) if record is not None else 0
                self.errors.insert(place, describe_error(error, record))
                self.seen.insert(place, (error, record is not None))
                del self.errors[5:], self.seen[5:]
        except BaseException:
            broken("describing an exception")
        finally:
            CURRENT.set(self)

    def end(self) -> None:
        self.worker.serving.discard(self)
        self.seen = ()  # tracebacks hold frames of ours, and those hold this
        self.crumbs = self.request = None
