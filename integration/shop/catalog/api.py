"""The JSON API."""

import json

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from .models import Order, Product

WRITABLE = {"name", "price", "stock"}


def _product(product):
    return {
        "id": product.pk,
        "name": product.name,
        "slug": product.slug,
        "price": str(product.price),
        "stock": product.stock,
    }


def _refuse(detail, status):
    return JsonResponse({"detail": detail}, status=status)


@require_safe
def products(request):
    return JsonResponse({"products": [_product(product) for product in Product.objects.all()]})


@require_http_methods(["GET", "HEAD", "PATCH"])
def product(request, pk):
    found = get_object_or_404(Product, pk=pk)
    if request.method == "PATCH":
        return _change(request, found)
    return JsonResponse(_product(found))


def _change(request, product):
    if not request.user.is_staff:
        return _refuse("only staff may change a product", 403)
    try:
        changes = json.loads(request.body)
    except ValueError:
        return _refuse("the body is not JSON", 400)
    if not isinstance(changes, dict) or not changes.keys() <= WRITABLE:
        return _refuse(f"the body is not an object of {', '.join(sorted(WRITABLE))}", 400)
    for name, value in changes.items():
        setattr(product, name, value)
    try:
        product.full_clean()
    except ValidationError as error:
        return _refuse(error.message_dict, 400)
    product.save(update_fields=changes.keys())
    return JsonResponse(_product(product))


@require_safe
def order(request, number):
    found = get_object_or_404(Order.objects.prefetch_related("lines__product"), number=number)
    return JsonResponse(
        {
            "number": str(found.number),
            "created": found.created,
            "total": str(found.total),
            "lines": [
                {"product": line.product.slug, "quantity": line.quantity, "price": str(line.price)}
                for line in found.lines.all()
            ],
        }
    )
