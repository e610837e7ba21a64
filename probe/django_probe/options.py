"""What the environment of the server asks for.

    DJANGO_PROBE_BUDGET     bytes of one report, compressed; default 49152
    DJANGO_PROBE_WITHOUT    what not to gather: some of the PARTS
"""

import os

from .log import say

PARTS = ("vars", "source", "breadcrumbs", "user", "packages", "cache", "logged")  # what may be turned off

budget = os.environ.get("DJANGO_PROBE_BUDGET", "")
BUDGET = min(max(int(budget), 4096), 196608) if budget.isdigit() else 49152
WITHOUT = frozenset(os.environ.get("DJANGO_PROBE_WITHOUT", "").replace(",", " ").split())
for word in sorted(WITHOUT.difference(PARTS)):
    say(f"DJANGO_PROBE_WITHOUT has {word!r}, which is none of {', '.join(PARTS)}; it is ignored")
