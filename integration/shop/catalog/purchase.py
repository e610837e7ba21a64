"""From the cart to the order."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from .cart import Cart
from .checkout import place_order
from .forms import AddToCartForm, CheckoutForm
from .models import Order


@require_http_methods(["GET", "HEAD", "POST"])
def cart(request):
    cart = Cart(request.session)
    form = AddToCartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        product = form.cleaned_data["product"]
        cart.add(product, form.cleaned_data["quantity"])
        messages.success(request, f"{product} is in your cart.")
        return redirect("cart")
    lines = cart.lines()
    context = {"lines": lines, "total": sum(line.total for line in lines), "form": form}
    return render(request, "catalog/cart.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request):
    cart = Cart(request.session)
    lines = cart.lines()
    if not lines:
        messages.info(request, "Your cart is empty.")
        return redirect("cart")
    form = CheckoutForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        user = request.user if request.user.is_authenticated else None
        order = place_order(form.cleaned_data["email"], user, lines)
        cart.clear()
        return redirect(order)
    return render(request, "catalog/checkout.html", {"form": form, "lines": lines})


@require_safe
def order(request, number):
    found = get_object_or_404(Order.objects.prefetch_related("lines__product"), number=number)
    return render(request, "catalog/order.html", {"order": found})
