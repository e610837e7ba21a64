"""What each kind of crash does, but for those that end or block the process they run in."""

import gzip
import traceback
from unittest import mock

from catalog.models import Product
from crashes.kinds import KINDS
from django.db import IntegrityError, OperationalError, transaction
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.test import Client, TestCase
from django.utils.html import escape


def crash(client, kind):
    return client.get(f"/crash/{kind}/")


class Index(TestCase):
    def test_every_kind_is_listed_with_its_line(self):
        response = self.client.get("/crash/")
        for kind, view in KINDS.items():
            with self.subTest(kind):
                self.assertContains(response, f'href="/crash/{kind}/"')
                self.assertContains(response, escape(view.__doc__))

    def test_an_unknown_kind_is_not_found(self):
        self.assertEqual(crash(self.client, "boredom").status_code, 404)


class Exceptions(TestCase):
    @classmethod
    def setUpTestData(cls):
        Product.objects.create(name="Anvil", slug="anvil", price=89)

    raised = {
        "value-error": ValueError,
        "key-error": KeyError,
        "chained": RuntimeError,
        "suppressed": LookupError,
        "context": AttributeError,
        "deep": ConnectionError,
        "group": ExceptionGroup,
        "wrapped-refusal": RuntimeError,
        "no-message": ValueError,
        "markup": KeyError,
        "notes": ValueError,
        "lines": ValueError,
        "huge-locals": TypeError,
        "template-syntax": TemplateSyntaxError,
        "template-include": TemplateDoesNotExist,
        "integrity": IntegrityError,
        "does-not-exist": Product.DoesNotExist,
        "asynchronous": RuntimeError,
        "missing-module": ModuleNotFoundError,
        "middleware": LookupError,
        "form": ValueError,
        "document": KeyError,
        "template": ArithmeticError,
        "database": OperationalError,
        "recursion": RecursionError,
        "unicode": ValueError,
    }

    def test_each_raises_its_exception(self):
        for kind, error in self.raised.items():
            with self.subTest(kind), self.assertRaises(error), transaction.atomic():
                crash(self.client, kind)

    def test_each_answers_500_with_the_shops_own_page(self):
        client = Client(raise_request_exception=False)
        for kind in self.raised:
            with self.subTest(kind), transaction.atomic():
                self.assertContains(crash(client, kind), "it is our fault", status_code=500)

    def test_the_value_error_leaves_a_password_among_its_locals(self):
        try:
            crash(self.client, "value-error")  # assertRaises would empty the frames
        except ValueError as error:
            *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        self.assertIn("password", frame.f_locals)

    def test_a_chained_error_names_its_cause_and_a_suppressed_one_hides_it(self):
        with self.assertRaises(RuntimeError) as chained:
            crash(self.client, "chained")
        self.assertIsInstance(chained.exception.__cause__, ValueError)
        with self.assertRaises(LookupError) as suppressed:
            crash(self.client, "suppressed")
        self.assertIsNone(suppressed.exception.__cause__)
        self.assertTrue(suppressed.exception.__suppress_context__)

    def test_the_unicode_message_is_not_ascii(self):
        with self.assertRaisesRegex(ValueError, "現金 🌭"):
            crash(self.client, "unicode")

    def test_the_group_has_two_and_the_notes_are_two(self):
        with self.assertRaises(ExceptionGroup) as group:
            crash(self.client, "group")
        self.assertEqual(len(group.exception.exceptions), 2)
        with self.assertRaises(ValueError) as noted:
            crash(self.client, "notes")
        self.assertEqual(len(noted.exception.__notes__), 2)

    def test_forbidden_and_not_found_are_no_failures(self):
        self.assertEqual(crash(self.client, "permission").status_code, 403)
        self.assertEqual(crash(self.client, "not-found").status_code, 404)
        self.assertEqual(crash(self.client, "wrapped-not-found").status_code, 404)

    def test_the_suspicious_is_refused(self):
        with self.assertLogs("django.security", "ERROR"):
            self.assertEqual(crash(self.client, "suspicious").status_code, 400)


class Answers(TestCase):
    def test_json(self):
        response = crash(self.client, "json")
        self.assertEqual(response.status_code, 500)
        self.assertEqual(response.json().keys(), {"detail", "code", "api_key"})

    def test_the_logged_exception_is_answered_as_json(self):
        with self.assertLogs("crashes.handled", "ERROR"):
            response = crash(self.client, "logged")
        self.assertEqual((response.status_code, response.json()["code"]), (500, "provider_slow"))

    def test_the_logged_message_fails_nothing(self):
        with self.assertLogs("crashes.handled", "ERROR"):
            self.assertEqual(crash(self.client, "message").status_code, 200)

    def test_plain(self):
        response = crash(self.client, "plain")
        self.assertContains(response, "closed for stocktaking", status_code=503)
        self.assertEqual(response["Content-Type"], "text/plain")

    def test_html(self):
        self.assertContains(crash(self.client, "html"), "The till is stuck", status_code=500)

    def test_big(self):
        response = crash(self.client, "big")
        self.assertEqual(response.status_code, 500)
        self.assertAlmostEqual(len(response.content), 3_000_000, delta=100)

    def test_gzip(self):
        response = crash(self.client, "gzip")
        self.assertEqual((response.status_code, response["Content-Encoding"]), (500, "gzip"))
        self.assertIn(b"The till is stuck", gzip.decompress(response.content))

    def test_set_cookie(self):
        response = crash(self.client, "set-cookie")
        self.assertEqual(response.status_code, 500)
        self.assertTrue(response.cookies["cart_session"]["httponly"])


class Streams(TestCase):
    def test_an_exception_cuts_the_answer_after_two_lines(self):
        response = crash(self.client, "streaming")
        self.assertEqual(response.status_code, 200)
        parts = iter(response.streaming_content)
        self.assertEqual([next(parts), next(parts)], [b"the first line\n", b"the second line\n"])
        with self.assertRaises(RuntimeError):
            next(parts)

    def test_a_body_is_shorter_than_it_says(self):
        response = crash(self.client, "short")
        self.assertLess(len(response.content), int(response["Content-Length"]))

    @mock.patch("crashes.deaths.os.kill")
    def test_a_killed_worker_cuts_it_in_the_same_place(self, kill):
        parts = iter(crash(self.client, "exit-midway").streaming_content)
        next(parts), next(parts)
        kill.assert_not_called()
        next(parts)
        kill.assert_called_once()
