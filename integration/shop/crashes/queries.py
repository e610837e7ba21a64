"""Views whose queries fail."""

from catalog.models import Product


def integrity(request):
    """An IntegrityError, from the database's own: a second product of one name."""
    Product.objects.create(name="Anvil", slug=Product.objects.first().slug, price=1)


def does_not_exist(request):
    """A DoesNotExist: a product that is not in the database."""
    return Product.objects.get(pk=0)
