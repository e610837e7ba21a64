"""Views that fail on what they are sent."""

import json


def form(request):
    """A ValueError for a field of a form."""
    quantity = request.POST.get("quantity", "a dozen")
    return int(quantity)


def document(request):
    """A KeyError for a member that a JSON document lacks."""
    order = json.loads(request.body or b"{}")
    return order["currency"]
