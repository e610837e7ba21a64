import csv
import io
from unittest import mock, skipIf

import django
from django.test import TestCase

from catalog.models import Order, Product


class Streams(TestCase):
    def test_the_export_has_a_row_for_each_order(self):
        kettle = Product.objects.create(name="Kettle", slug="kettle", price="54.00", stock=2)
        order = Order.objects.create(email="jane@example.com")
        order.lines.create(product=kettle, quantity=2, price="54.00")
        response = self.client.get("/export/orders.csv")
        self.assertTrue(response.streaming)
        parts = list(response.streaming_content)
        self.assertEqual(len(parts), 2, "one part a row")
        header, row = csv.reader(io.StringIO(b"".join(parts).decode()))
        self.assertEqual(header, ["number", "created", "total"])
        self.assertEqual((row[0], row[2]), (str(order.number), "108.00"))

    @mock.patch("catalog.live.time.sleep")
    def test_three_events_are_sent_one_by_one(self, sleep):
        response = self.client.get("/events/")
        self.assertEqual(response["Content-Type"], "text/event-stream")
        parts = list(response.streaming_content)
        self.assertEqual(parts[0], b"id: 1\nevent: tick\ndata: 1\n\n")
        self.assertEqual((len(parts), sleep.call_count), (3, 2))

    @skipIf(django.VERSION < (4, 2), "Django learned to stream from an async generator in 4.2")
    @mock.patch("catalog.live.time.sleep")
    async def test_under_asgi_the_same_events_come_one_by_one(self, sleep):
        response = await self.async_client.get("/events/")
        self.assertTrue(response.is_async, "Django would read a plain iterator to its end first")
        parts = [part async for part in response.streaming_content]
        self.assertEqual([part.splitlines()[0] for part in parts], [b"id: 1", b"id: 2", b"id: 3"])


class Slow(TestCase):
    @mock.patch("catalog.live.time.sleep")
    def test_it_sleeps_as_long_as_it_is_asked_to(self, sleep):
        self.client.get("/slow/")
        self.client.get("/slow/", {"seconds": "0.5"})
        self.assertEqual(sleep.call_args_list, [mock.call(2), mock.call(0.5)])

    @mock.patch("catalog.live.time.sleep")
    def test_it_sleeps_no_longer_than_a_minute(self, sleep):
        for seconds in ("61", "-1", "nan", "long"):
            with self.subTest(seconds):
                self.assertEqual(self.client.get("/slow/", {"seconds": seconds}).status_code, 400)
        sleep.assert_not_called()
