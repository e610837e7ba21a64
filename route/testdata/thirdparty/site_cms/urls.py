from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.core.management import call_command
from django.urls import include, path

# The pages that apps are hooked to are in the database.
call_command("migrate", verbosity=0)

from cms.api import create_page, create_page_content

page = create_page("Events", "cms/welcome.html", "en", slug="events", apphook="Events", apphook_namespace="events")
create_page_content("fr", "Agenda", page, slug="agenda")

urlpatterns = i18n_patterns(
    path("admin/", admin.site.urls),
    path("", include("cms.urls")),
    prefix_default_language=False,
)
