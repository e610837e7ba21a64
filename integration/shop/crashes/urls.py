from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="crashes"),
    path("<slug:kind>/", views.crash, name="crash"),
]
