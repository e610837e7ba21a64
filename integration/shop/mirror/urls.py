from django.urls import path, re_path

from . import views

urlpatterns = [
    path("download/", views.download),
    path("page/", views.page),
    path("stream/", views.stream),
    path("answer/", views.answer),
    # Whatever else the path is: it is what the mirror shows.
    re_path(r"^", views.mirror),
]
