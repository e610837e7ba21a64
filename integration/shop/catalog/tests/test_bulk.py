import hashlib

from django.test import TestCase


class Bulk(TestCase):
    def test_each_block_is_filled_with_its_number(self):
        response = self.client.get("/bulk/?blocks=2")
        self.assertEqual(response["Content-Length"], "131072")
        body = b"".join(response.streaming_content)
        self.assertEqual((len(body), body[:8], body[-8:]), (131072, bytes(8), bytes(7) + b"\x01"))

    def test_the_length_is_left_out_on_request(self):
        self.assertNotIn("Content-Length", self.client.get("/bulk/?blocks=1&chunked").headers)

    def test_what_is_sent_is_answered_with_its_digest(self):
        response = self.client.post("/bulk/", b"a body", content_type="application/octet-stream")
        self.assertEqual(response.content.decode(), hashlib.sha256(b"a body").hexdigest())

    def test_what_is_no_number_of_blocks_is_refused(self):
        for blocks in ("-1", "many", "16385"):
            self.assertEqual(self.client.get("/bulk/", {"blocks": blocks}).status_code, 400)
