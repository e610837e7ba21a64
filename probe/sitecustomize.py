"""The probe: tells the gateway in front of a Django site what only Django knows, in headers of the response.

Python runs this file by its name from a directory on PYTHONPATH. It starts the package beside it, django_probe, and then
runs the sitecustomize.py that Python would have found without it.
"""

import os
import sys

HERE = os.path.realpath(os.path.dirname(__file__))


def load(name, path, but=()):
    """Runs the first module of this name on a path, if there is one, but none of these files."""
    finder = next(f for f in sys.meta_path if getattr(f, "__name__", "") == "PathFinder")
    found = (finder.find_spec(name, [entry]) for entry in path)
    spec = next((s for s in found if s is not None and s.loader is not None and s.origin not in but), None)
    if spec is not None:
        from _frozen_importlib import module_from_spec

        sys._django_probe_ran = {*but, spec.origin}
        sys.modules[name] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


first = getattr(sys, "_django_probe", None)
if first is None:
    try:
        load("django_probe", [HERE])  # and no other that may come before it on the path
        from django_probe.start import start

        start()
        sys._django_probe = HERE
    except Exception as error:
        print("django probe: it cannot start, install it again:", error, file=sys.stderr)
elif first != HERE:
    print(f"django probe: there are two probes on the path; the one in {HERE} stands aside for the one in {first}", file=sys.stderr)
# An agent may run this file again from its own. What that raises is Python's to report, as without the probe.
ours = max((i for i, entry in enumerate(sys.path) if os.path.realpath(entry) == HERE), default=len(sys.path))
load(__name__, sys.path[ours + 1 :], getattr(sys, "_django_probe_ran", ()))
