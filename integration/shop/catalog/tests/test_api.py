import uuid

from django.contrib.auth import get_user_model
from django.test import TestCase

from catalog.models import Order, Product


class ProductAPI(TestCase):
    def setUp(self):
        self.kettle = Product.objects.create(name="Kettle", slug="kettle", price="54.00", stock=2)
        self.path = f"/api/products/{self.kettle.pk}/"
        self.staff = get_user_model().objects.create_user("clerk", password="secret", is_staff=True)

    def patch(self, body):
        return self.client.patch(self.path, body, content_type="application/json")

    def test_anyone_reads_the_products(self):
        kettle = {"id": self.kettle.pk, "name": "Kettle", "slug": "kettle", "price": "54.00", "stock": 2}
        self.assertEqual(self.client.get("/api/products/").json(), {"products": [kettle]})
        self.assertEqual(self.client.get(self.path).json(), kettle)

    def test_only_staff_may_change_a_product(self):
        self.assertEqual(self.patch({"stock": 9}).status_code, 403)
        self.client.force_login(get_user_model().objects.create_user("jane", password="secret"))
        self.assertEqual(self.patch({"stock": 9}).status_code, 403)
        self.kettle.refresh_from_db()
        self.assertEqual(self.kettle.stock, 2)

    def test_staff_change_what_they_name_and_nothing_else(self):
        self.client.force_login(self.staff)
        self.assertEqual(self.patch({"price": "49.50"}).json()["price"], "49.50")
        self.kettle.refresh_from_db()
        self.assertEqual((str(self.kettle.price), self.kettle.stock), ("49.50", 2))

    def test_a_change_that_makes_no_sense_is_refused(self):
        self.client.force_login(self.staff)
        for body in ("{", "[]", {"stock": -1}, {"stock": "many"}, {"price": "dear"}, {"slug": "x"}, {"name": ""}):
            with self.subTest(body):
                self.assertEqual(self.patch(body).status_code, 400)
        self.kettle.refresh_from_db()
        self.assertEqual((self.kettle.name, self.kettle.stock), ("Kettle", 2))

    def test_a_method_it_does_not_know_is_refused(self):
        self.assertEqual(self.client.delete(self.path).status_code, 405)


class OrderAPI(TestCase):
    def test_an_order_is_read_by_its_number_without_the_buyers_address(self):
        kettle = Product.objects.create(name="Kettle", slug="kettle", price="54.00", stock=2)
        order = Order.objects.create(email="jane@example.com")
        order.lines.create(product=kettle, quantity=2, price="54.00")
        response = self.client.get(f"/api/orders/{order.number}/")
        self.assertEqual(response.json()["total"], "108.00")
        self.assertEqual(response.json()["lines"], [{"product": "kettle", "quantity": 2, "price": "54.00"}])
        self.assertNotContains(response, "jane@example.com")

    def test_an_unknown_number_is_not_found(self):
        self.assertEqual(self.client.get(f"/api/orders/{uuid.uuid4()}/").status_code, 404)
