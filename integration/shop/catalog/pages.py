"""The pages a visitor reads."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from .forms import AddToCartForm
from .models import Product


@require_safe
def catalogue(request):
    return render(request, "catalog/catalogue.html", {"products": Product.objects.all()})


@require_safe
def product(request, **key):
    found = get_object_or_404(Product, **key)
    form = AddToCartForm(initial={"product": found})
    return render(request, "catalog/product.html", {"product": found, "form": form})


@require_safe
def search(request):
    query = request.GET.get("q", "").strip()
    products = Product.objects.filter(name__icontains=query)
    return render(request, "catalog/search.html", {"query": query, "products": products})
