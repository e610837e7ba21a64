from django.urls import path
from django.utils.functional import lazy

import views
from i18n_urls import about

urlpatterns = [
    path("fr/", views.home),
    path("fr/x/", views.c),
    path(lazy(about, str)(), views.about),
    path("<slug:s>/", views.a),
]
