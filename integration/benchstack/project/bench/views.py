"""What most views of a project do, one thing each."""

from catalog.models import Product
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

ROWS = [{"number": number, "name": f"Kettle no. {number}", "price": 54 + number / 4, "stock": number % 7} for number in range(50)]
# 100 KB as JSON
DOCUMENT = [{"id": number, "name": f"Kettle no. {number:04}", "tags": ["enamel", "red"], "stock": number % 10} for number in range(1290)]


def trivial(request):
    return HttpResponse("ok", content_type="text/plain")


def query(request, slug):
    product = get_object_or_404(Product, slug=slug)
    return HttpResponse(f"{product.name}: {product.price}", content_type="text/plain")


def queries(request):
    names = [Product.objects.filter(pk=number).values_list("name", flat=True).first() for number in range(1, 21)]
    return HttpResponse(", ".join(filter(None, names)), content_type="text/plain")


def failing(request):
    raise ValueError("this view fails")


def table(request):
    return render(request, "bench/table.html", {"rows": ROWS})


def json(request):
    return JsonResponse({"products": DOCUMENT})
