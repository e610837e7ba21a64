from django.apps import apps
from django.urls import include, path

from . import views

urlpatterns = [
    path("bench/trivial/", views.trivial, name="trivial"),
    path("bench/query/<slug:slug>/", views.query, name="query"),
    path("bench/queries/", views.queries, name="queries"),
    path("bench/failing/", views.failing, name="failing"),
    path("bench/table/", views.table, name="table"),
    path("bench/json/", views.json, name="json"),
    path("", include("shop.urls")),
]
if apps.is_installed("django_prometheus"):
    urlpatterns.append(path("", include("django_prometheus.urls")))
