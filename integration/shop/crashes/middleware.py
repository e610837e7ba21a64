from django.utils.deprecation import MiddlewareMixin


class Crash(MiddlewareMixin):
    """Raises for a path of its own, before there is a view."""

    def process_request(self, request):
        if request.path == "/crash/middleware/":
            raise LookupError("no such customer")
