from django.contrib import admin
from django.urls import include, path

from . import health

urlpatterns = [
    path("", include("catalog.urls")),
    path("accounts/", include("shop.accounts")),
    path("admin/", admin.site.urls),
    path("api/", include("catalog.api_urls")),
    path("crash/", include("crashes.urls")),
    path("mirror/", include("mirror.urls")),
    path("health/", health.health, name="health"),
]
