from django.test import TestCase

from catalog.models import Product


class Pages(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.kettle = Product.objects.create(name="Kettle", slug="kettle", price="54.00", stock=2)
        Product.objects.create(name="Jam jar", slug="jam-jar", price="2.40", stock=0)

    def test_the_catalogue_lists_every_product_and_its_stock(self):
        response = self.client.get("/")
        self.assertContains(response, "Kettle")
        self.assertContains(response, "2 in stock")
        self.assertContains(response, "sold out")

    def test_a_product_is_found_by_number_and_by_slug(self):
        for path in (f"/products/{self.kettle.pk}/", "/products/kettle/"):
            with self.subTest(path):
                self.assertContains(self.client.get(path), "€ 54.00")

    def test_an_unknown_product_is_not_found_on_the_shops_own_page(self):
        for path in ("/products/999/", "/products/anchor/"):
            with self.subTest(path):
                self.assertContains(self.client.get(path), "There is nothing here", status_code=404)

    def test_the_search_finds_part_of_a_name_and_nothing_for_no_query(self):
        found = self.client.get("/search/", {"q": "ettl"})
        self.assertContains(found, "Kettle")
        self.assertNotContains(found, "Jam jar")
        self.assertNotContains(self.client.get("/search/"), "Kettle")

    def test_the_search_escapes_what_was_typed(self):
        self.assertContains(self.client.get("/search/", {"q": "<script>"}), "&lt;script&gt;")

    def test_the_shop_is_healthy(self):
        response = self.client.get("/health/")
        self.assertEqual((response.status_code, response.content), (200, b"ok"))

    def test_the_admin_asks_for_a_password(self):
        self.assertRedirects(self.client.get("/admin/"), "/admin/login/?next=/admin/")
