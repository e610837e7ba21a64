from django.urls import include, path, re_path

from . import converters, views  # noqa: F401 - registers

app_name = "books"

editions = [
    path("", views.page, name="editions"),
    re_path(r"^(?P<edition>\d+)(?:st|nd|rd|th)/$", views.Shelf.as_view(), name="edition"),
    # As deep as it goes, and then again.
    path("reprints/", include("library.books")),
]

urlpatterns = [
    path("", views.Shelf.as_view(), name="index"),
    path("<isbn:isbn>/", views.page, name="book"),
    path("<year:year>/<int:month>/<slug:slug>/<uuid:copy>/<path:rest>", views.page),
    path("<author>/editions/", include(editions)),
]
