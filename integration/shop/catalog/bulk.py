"""Bodies that are too large for memory."""

import hashlib

from django.http import HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

BLOCK = 64 * 1024
MAX_BLOCKS = 16 * 1024


def _blocks(count):
    for number in range(count):
        yield number.to_bytes(8, "big") * (BLOCK // 8)


def _digest(request):
    digest = hashlib.sha256()
    while block := request.read(BLOCK):
        digest.update(block)
    return HttpResponse(digest.hexdigest(), content_type="text/plain")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def bulk(request):
    """Send ?blocks= (0 to 16384) of 64 KiB, each filled with its number; or answer with the SHA-256 of what is sent."""
    if request.method == "POST":
        return _digest(request)
    blocks = request.GET.get("blocks", "16")
    if not blocks.isdecimal() or int(blocks) > MAX_BLOCKS:
        return HttpResponseBadRequest(f"blocks is not between 0 and {MAX_BLOCKS}\n", content_type="text/plain")
    response = StreamingHttpResponse(_blocks(int(blocks)), content_type="application/octet-stream")
    if "chunked" not in request.GET:
        response["Content-Length"] = int(blocks) * BLOCK
    return response
