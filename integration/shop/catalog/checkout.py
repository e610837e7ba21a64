from django.db import transaction

from .models import Order, OrderLine


@transaction.atomic
def place_order(email, user, lines):
    """Save a new order of the unsaved lines and return it; user is None for a guest."""
    order = Order.objects.create(email=email, user=user)
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    return order
