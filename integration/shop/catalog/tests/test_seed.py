import io

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import TestCase

from catalog.models import Order, OrderLine, Product


class Seed(TestCase):
    def seed(self):
        out = io.StringIO()
        call_command("seed", stdout=out)
        return out.getvalue()

    def test_it_fills_the_shop_and_says_so_in_one_line(self):
        self.assertEqual(self.seed().count("\n"), 1)
        self.assertEqual((Product.objects.count(), Order.objects.count()), (12, 20))
        self.assertTrue(get_user_model().objects.get(username="admin").check_password("admin"))

    def test_a_second_time_changes_nothing(self):
        self.seed()
        before = list(OrderLine.objects.values_list("order__number", "product__slug", "quantity"))
        self.seed()
        self.assertEqual(list(OrderLine.objects.values_list("order__number", "product__slug", "quantity")), before)
        self.assertEqual((Product.objects.count(), Order.objects.count()), (12, 20))
