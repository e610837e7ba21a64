import tempfile
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase


class Upload(TestCase):
    def setUp(self):
        media = tempfile.TemporaryDirectory()
        self.addCleanup(media.cleanup)
        self.media = Path(media.name)
        settings = self.settings(MEDIA_ROOT=media.name)
        settings.enable()
        self.addCleanup(settings.disable)

    def test_a_file_is_kept_and_its_name_and_size_are_answered(self):
        for path in ("/upload/", "/api/upload/"):
            with self.subTest(path):
                file = SimpleUploadedFile(f"{path.count('/')}.txt", b"hello")
                response = self.client.post(path, {"file": file})
                self.assertEqual(response.json(), {"name": file.name, "size": 5})
                self.assertEqual((self.media / "uploads" / file.name).read_bytes(), b"hello")

    def test_nothing_uploaded_is_an_error(self):
        self.assertIn("file", self.client.post("/api/upload/").json()["errors"])

    def test_the_page_needs_a_csrf_token_and_the_api_does_not(self):
        strict = Client(enforce_csrf_checks=True)
        self.assertEqual(strict.post("/upload/").status_code, 403)
        self.assertEqual(strict.post("/api/upload/").status_code, 400)

    def test_the_page_shows_a_form_for_a_file(self):
        self.assertContains(self.client.get("/upload/"), 'type="file"')
