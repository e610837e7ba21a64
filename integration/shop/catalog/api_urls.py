from django.urls import path

from . import api, upload

urlpatterns = [
    path("products/", api.products, name="api-products"),
    path("products/<int:pk>/", api.product, name="api-product"),
    path("orders/<uuid:number>/", api.order, name="api-order"),
    path("upload/", upload.api, name="api-upload"),
]
