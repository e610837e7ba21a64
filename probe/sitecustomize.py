"""The probe: tells the gateway in front of a Django site what only Django knows, in headers of the response.

Python runs this file by its name from a directory on PYTHONPATH. It starts the package beside it, django_probe, and then
runs the sitecustomize.py that Python would have found without it.
"""

import os
import sys

HERE = os.path.realpath(os.path.dirname(__file__))


def load(name, path):
    """Runs the first module of this name on a path, if there is one."""
    finder = next(f for f in sys.meta_path if getattr(f, "__name__", "") == "PathFinder")
    spec = finder.find_spec(name, path)
    if spec is not None and spec.loader is not None:
        from _frozen_importlib import module_from_spec

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
ours = [i for i, entry in enumerate(sys.path) if os.path.realpath(entry) == HERE]
load(__name__, sys.path[ours[-1] + 1 :] if ours else [])  # what it raises is Python's to report, as without the probe
