from inspect import iscoroutinefunction

from asgiref.sync import async_to_sync
from django.http import Http404
from django.shortcuts import render

from .kinds import KINDS


def index(request):
    kinds = [(kind, view.__doc__) for kind, view in KINDS.items()]
    return render(request, "crashes/index.html", {"kinds": kinds})


def crash(request, kind):
    try:
        view = KINDS[kind]
    except KeyError:
        raise Http404(f"no kind of crash is called {kind}") from None
    if iscoroutinefunction(view):
        view = async_to_sync(view)
    return view(request)
