from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def with_tax(price):
    """Return price, anything Decimal can read, with 19 % added."""
    return Decimal(price) * Decimal("1.19")
