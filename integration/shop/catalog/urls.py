from django.urls import path

from . import bulk, export, live, pages, purchase, upload

urlpatterns = [
    path("", pages.catalogue, name="catalogue"),
    path("products/<int:pk>/", pages.product, name="product-by-id"),
    path("products/<slug:slug>/", pages.product, name="product"),
    path("search/", pages.search, name="search"),
    path("cart/", purchase.cart, name="cart"),
    path("checkout/", purchase.checkout, name="checkout"),
    path("orders/<uuid:number>/", purchase.order, name="order"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("export/orders.csv", export.orders, name="export-orders"),
    path("upload/", upload.page, name="upload"),
    path("slow/", live.slow, name="slow"),
    path("events/", live.events, name="events"),
]
