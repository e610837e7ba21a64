from django.urls import path

from shop import views

urlpatterns = [path(f"{view.__name__}/", view) for view in views.KINDS]
