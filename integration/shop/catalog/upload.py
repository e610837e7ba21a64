from django.core.files.storage import default_storage
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from .forms import UploadForm


def _receive(request):
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    file = form.cleaned_data["file"]
    default_storage.save(f"uploads/{file.name}", file)
    return JsonResponse({"name": file.name, "size": file.size})


@require_http_methods(["GET", "HEAD", "POST"])
def page(request):
    if request.method == "POST":
        return _receive(request)
    return render(request, "catalog/upload.html", {"form": UploadForm()})


@csrf_exempt
@require_POST
def api(request):
    return _receive(request)
