from decimal import Decimal

from django.contrib.auth import get_user_model
from django.test import Client, TestCase

from catalog.models import Order, Product


class Purchase(TestCase):
    def setUp(self):
        self.kettle = Product.objects.create(name="Kettle", slug="kettle", price="54.00", stock=2)

    def add(self, **fields):
        return self.client.post("/cart/", {"product": self.kettle.pk, "quantity": 1, **fields})

    def test_the_cart_adds_up_what_is_put_into_it(self):
        self.assertRedirects(self.add(), "/cart/")
        self.add(quantity=2)
        self.assertContains(self.client.get("/cart/"), "€ 162.00")

    def test_the_cart_refuses_what_the_shop_does_not_sell(self):
        for fields in ({"product": 999}, {"quantity": 0}, {"quantity": "many"}):
            with self.subTest(fields):
                self.assertEqual(self.add(**fields).status_code, 400)
        self.assertEqual(self.client.post("/cart/").status_code, 400)

    def test_an_empty_cart_cannot_be_checked_out(self):
        self.assertRedirects(self.client.get("/checkout/"), "/cart/")

    def test_a_guest_orders_what_is_in_the_cart_and_the_cart_is_empty_after(self):
        self.add(quantity=2)
        response = self.client.post("/checkout/", {"email": "jane@example.com"})
        order = Order.objects.get()
        self.assertRedirects(response, f"/orders/{order.number}/")
        self.assertEqual((order.email, order.user, order.total), ("jane@example.com", None, Decimal("108.00")))
        self.assertContains(self.client.get("/cart/"), "Your cart is empty")

    def test_an_order_remembers_who_was_signed_in(self):
        jane = get_user_model().objects.create_user("jane", password="secret")
        self.client.force_login(jane)
        self.add()
        self.client.post("/checkout/", {"email": "jane@example.com"})
        self.assertEqual(Order.objects.get().user, jane)

    def test_an_order_keeps_the_price_of_its_day(self):
        self.add()
        self.client.post("/checkout/", {"email": "jane@example.com"})
        Product.objects.update(price="99.00")
        self.assertEqual(Order.objects.get().total, Decimal("54.00"))

    def test_a_wrong_address_is_shown_again_with_its_error(self):
        self.add()
        response = self.client.post("/checkout/", {"email": "jane"})
        self.assertContains(response, "Enter a valid email address")
        self.assertFalse(Order.objects.exists())

    def test_a_checkout_without_the_csrf_token_is_forbidden(self):
        strict = Client(enforce_csrf_checks=True)
        self.assertEqual(strict.post("/checkout/", {"email": "jane@example.com"}).status_code, 403)


class Accounts(TestCase):
    def test_a_customer_signs_in_and_out(self):
        get_user_model().objects.create_user("jane", password="secret")
        response = self.client.post("/accounts/login/", {"username": "jane", "password": "secret"})
        self.assertRedirects(response, "/")
        self.assertContains(self.client.get("/"), "Sign out jane")
        self.assertContains(self.client.post("/accounts/logout/"), "See you soon")
        self.assertContains(self.client.get("/"), "Sign in")

    def test_a_wrong_password_is_not_let_in(self):
        response = self.client.post("/accounts/login/", {"username": "jane", "password": "guess"})
        self.assertContains(response, "Please enter a correct username and password")
