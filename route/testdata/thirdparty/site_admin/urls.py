from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin, auth
from django.contrib.contenttypes import views as contenttypes
from django.contrib.contenttypes.models import ContentType
from django.contrib.flatpages.views import flatpage
from django.contrib.sessions.models import Session
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog
from django.views.static import serve

admin.site.register([ContentType, Session])
staff = admin.AdminSite("staff")
staff.register(auth.get_user_model())
staff.final_catch_all_view = False

urlpatterns = [
    path("admin/doc/", include("django.contrib.admindocs.urls")),
    path("admin/", admin.site.urls),
    path("staff/", staff.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("jsi18n/<packages>/", JavaScriptCatalog.as_view()),
    path("media/<path:path>", serve),
    path("r/<int:content_type_id>/<path:object_id>/", contenttypes.shortcut),
    path("sitemap.xml", sitemaps.index, {"sitemaps": {}}, name="sitemaps"),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": {}}),
]
urlpatterns += i18n_patterns(
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("about-us/", flatpage, {"url": "/about-us/"}, name="about"),
    path("<path:url>", flatpage),
    prefix_default_language=False,
)
