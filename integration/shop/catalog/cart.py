from .models import OrderLine, Product


class Cart:
    """The products a visitor has chosen, kept in the session as {product id: quantity}."""

    KEY = "cart"

    def __init__(self, session):
        self._session = session

    @property
    def _quantities(self):
        return self._session.get(self.KEY, {})

    def add(self, product, quantity):
        key = str(product.pk)  # sessions are JSON, whose keys are strings
        self._session[self.KEY] = {**self._quantities, key: self._quantities.get(key, 0) + quantity}

    def clear(self):
        self._session.pop(self.KEY, None)

    def lines(self):
        """Return unsaved order lines, in the order of the products' names, at today's prices."""
        quantities = self._quantities
        return [
            OrderLine(product=product, quantity=quantities[str(product.pk)], price=product.price)
            for product in Product.objects.filter(pk__in=quantities)
        ]
