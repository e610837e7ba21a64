from unittest import IsolatedAsyncioTestCase

from .websocket import echo


class Echo(IsolatedAsyncioTestCase):
    async def talk(self, path, *received):
        received = iter([{"type": "websocket.connect"}, *received])
        sent = []

        async def receive():
            return next(received)

        async def send(message):
            sent.append(message)

        await echo({"type": "websocket", "path": path}, receive, send)
        return sent

    async def test_it_echoes_text_and_bytes_until_the_client_leaves(self):
        sent = await self.talk(
            "/ws/echo/",
            {"type": "websocket.receive", "text": "hello"},
            {"type": "websocket.receive", "text": None, "bytes": b"\x00"},
            {"type": "websocket.disconnect", "code": 1000},
        )
        self.assertEqual(
            sent,
            [
                {"type": "websocket.accept"},
                {"type": "websocket.send", "text": "hello"},
                {"type": "websocket.send", "bytes": b"\x00"},
            ],
        )

    async def test_any_other_path_is_refused(self):
        self.assertEqual(await self.talk("/ws/other/"), [{"type": "websocket.close"}])
