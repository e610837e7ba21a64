"""What a proxy in front of the shop makes of requests, and of responses that say something to it."""

import hashlib
from urllib.parse import quote

from django.http import HttpResponse, JsonResponse
from django.utils.encoding import iri_to_uri
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition

from shop import streaming


@csrf_exempt
def mirror(request):
    """Return the request as Django sees it."""
    meta = request.META
    body = request.body
    return JsonResponse(
        {
            "method": request.method,
            "target": meta.get("RAW_URI"),  # of the request line, as gunicorn has it
            "script": meta.get("SCRIPT_NAME"),
            "path": request.path,
            "query": meta.get("QUERY_STRING"),
            "headers": {name: value for name, value in sorted(request.headers.items())},
            "length": len(body),
            "digest": hashlib.sha256(body).hexdigest(),
            "fields": {name: request.POST.getlist(name) for name in sorted(request.POST)},
            "files": {name: [f.name, f.size, f.content_type] for name, f in sorted(request.FILES.items())},
            "secure": request.is_secure(),
            "host": request.get_host(),
            "uri": request.build_absolute_uri(),
            "address": meta.get("REMOTE_ADDR"),
        }
    )


@csrf_exempt
def download(request):
    """Leave the file ?name= to the proxy, as django-sendfile2 does; ?to= is a path of one's own."""
    name = request.GET.get("name", "")
    response = HttpResponse(content_type=request.GET.get("type", "application/pdf"))
    response["X-Accel-Redirect"] = request.GET.get("to") or quote("/protected/" + name)
    response["Content-Disposition"] = "attachment; filename*=UTF-8''" + quote(name)
    response["Cache-Control"] = "private, max-age=60"
    response.set_cookie("seen", "yes")
    return response


PAGE = "".join(f"<p>line {n} of the page</p>\n" for n in range(500))


@condition(etag_func=lambda request: '"page-1"')
def page(request):
    """Return a page that does not change."""
    return HttpResponse(PAGE)


def stream(request):
    """Return a response of unknown length."""
    return streaming.stream(request, (f"line {n}\n" for n in range(1000)), content_type="text/plain")


@csrf_exempt
def answer(request):
    """Return the status ?status=, with the headers ?header=NAME:VALUE, after the body was read if there is ?read=."""
    if "read" in request.GET:
        request.body  # noqa: B018
    status = int(request.GET.get("status", "200"))
    response = HttpResponse(status=status, content_type="text/plain")
    if status not in (204, 304):
        response.content = f"answer {status}\n"
    for header in request.GET.getlist("header"):
        name, _, value = header.partition(":")
        response[name] = iri_to_uri(value) if name == "Location" else value
    return response
