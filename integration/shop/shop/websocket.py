PATH = "/ws/echo/"


async def echo(scope, receive, send):
    """Send every message of a WebSocket at PATH back; refuse one at any other path."""
    await receive()  # websocket.connect
    if scope["path"] != PATH:
        # Closed before it is accepted: the server answers the handshake with 403.
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        # A server may name both kinds of content, with None for the one that is absent.
        content = {kind: message[kind] for kind in ("text", "bytes") if message.get(kind) is not None}
        await send({"type": "websocket.send", **content})
