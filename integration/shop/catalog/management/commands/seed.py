"""Fill the shop with the same products and orders every time."""

import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from catalog.models import Order, OrderLine, Product

# name, slug, price, stock
PRODUCTS = [
    ("Anvil", "anvil", "89.00", 4),
    ("Bicycle bell", "bicycle-bell", "12.50", 40),
    ("Café cup", "cafe-cup", "7.90", 120),
    ("Desk lamp", "desk-lamp", "34.00", 15),
    ("Enamel bowl", "enamel-bowl", "9.50", 60),
    ("Fountain pen", "fountain-pen", "48.00", 22),
    ("Garden shears", "garden-shears", "27.90", 18),
    ("Hand drill", "hand-drill", "39.00", 9),
    ("Ink bottle", "ink-bottle", "11.00", 75),
    ("Jam jar", "jam-jar", "2.40", 300),
    ("Kettle", "kettle", "54.00", 12),
    ("Letter opener", "letter-opener", "15.00", 0),
]
ORDERS = 20
FIRST_ORDER = datetime(2026, 1, 5, 9, 0, tzinfo=timezone.utc)


class Command(BaseCommand):
    help = "Migrate the database and fill it with demo data, with a superuser admin whose password is admin."

    def handle(self, *args, **options):
        Path(settings.DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        with transaction.atomic():
            seed_products()
            seed_orders()
            seed_admin()
        self.stdout.write(f"{len(PRODUCTS)} products, {ORDERS} orders, superuser admin (password admin: a demo only)")


def seed_products():
    for name, slug, price, stock in PRODUCTS:
        Product.objects.update_or_create(slug=slug, defaults={"name": name, "price": price, "stock": stock})


def seed_orders():
    products = list(Product.objects.filter(slug__in=[slug for _, slug, *_ in PRODUCTS]))
    for index in range(ORDERS):
        order, created = Order.objects.get_or_create(
            number=order_number(index),
            defaults={"email": f"buyer{index:02}@example.com", "created": FIRST_ORDER + timedelta(days=index)},
        )
        if created:
            chosen = [products[(index + step) % len(products)] for step in range(index % 3 + 1)]
            OrderLine.objects.bulk_create(
                OrderLine(order=order, product=product, price=product.price, quantity=index % 4 + 1)
                for product in chosen
            )


def order_number(index):
    """Return the number of a seeded order, the same on every machine."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://shop.example.com/orders/{index}")


def seed_admin():
    User = get_user_model()
    if not User.objects.filter(username="admin").exists():
        User.objects.create_superuser("admin", "admin@example.com", "admin")
