from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase


class Mirror(SimpleTestCase):
    def test_it_shows_the_request_as_django_sees_it(self):
        seen = self.client.post("/mirror/a//c?d=e", {"f": SimpleUploadedFile("g.txt", b"hello")}, HTTP_X_H="i").json()
        self.assertEqual(seen["method"], "POST")
        self.assertEqual((seen["path"], seen["query"]), ("/mirror/a//c", "d=e"))
        self.assertEqual(seen["headers"]["X-H"], "i")
        self.assertEqual(seen["files"], {"f": ["g.txt", 5, "text/plain"]})
        self.assertEqual(seen["uri"], "http://testserver/mirror/a//c?d=e")

    def test_a_download_is_left_to_the_proxy(self):
        response = self.client.get("/mirror/download/", {"name": "résumé.pdf"})
        self.assertEqual(response["X-Accel-Redirect"], "/protected/r%C3%A9sum%C3%A9.pdf")
        self.assertEqual(response.content, b"")

    def test_a_page_is_sent_once(self):
        response = self.client.get("/mirror/page/")
        self.assertEqual(self.client.get("/mirror/page/", HTTP_IF_NONE_MATCH=response["ETag"]).status_code, 304)

    def test_an_answer_is_what_was_asked_for(self):
        response = self.client.get("/mirror/answer/?status=301&header=Location:/elsewhere/")
        self.assertEqual((response.status_code, response["Location"]), (301, "/elsewhere/"))
