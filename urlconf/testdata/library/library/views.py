import functools

from django.http import HttpResponse
from django.views import View


def page(request, **kwargs):
    return HttpResponse("ok")


class Shelf(View):
    def get(self, request, **kwargs):
        return HttpResponse("ok")


class Callable:
    def __call__(self, request, **kwargs):
        return HttpResponse("ok")


partial = functools.partial(page, edition="first")
called = Callable()
