import csv

from django.views.decorators.http import require_safe

from shop.streaming import stream

from .models import Order


class _Echo:
    """A file for csv.writer whose write hands the line back instead of keeping it."""

    def write(self, line):
        return line


def _rows():
    write = csv.writer(_Echo()).writerow
    yield write(["number", "created", "total"])
    orders = Order.objects.prefetch_related("lines")
    for order in orders.iterator(chunk_size=100):
        yield write([order.number, order.created.isoformat(), order.total])


@require_safe
def orders(request):
    response = stream(request, _rows(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return response
