from django.contrib.auth import get_user_model
from django.urls import include, path, re_path
from rest_framework import generics, renderers, routers, schemas, viewsets
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.urlpatterns import format_suffix_patterns
from rest_framework_nested.routers import NestedDefaultRouter, NestedSimpleRouter


class Users(viewsets.ModelViewSet):
    queryset = get_user_model().objects.all()

    @action(detail=True, methods=["post"], url_path="set-password")
    def set_password(self, request, **kwargs):
        return Response()

    @action(detail=False, url_path=r"named/(?P<name>[^/.]+)(?:/since/(?P<year>\d{4}))?")
    def named(self, request, **kwargs):
        return Response()


class Orders(viewsets.ModelViewSet):
    queryset = get_user_model().objects.all()
    lookup_value_regex = "[0-9a-f]{8}"

    @action(detail=True, url_path=r"lines/(?P<line>\d+)")
    def line(self, request, **kwargs):
        return Response()


class Books(viewsets.ReadOnlyModelViewSet):
    queryset = get_user_model().objects.all()
    lookup_field = "isbn"
    lookup_url_kwarg = "book"
    lookup_value_converter = "int"

    @action(detail=True, url_path="chapters/<slug:chapter>")
    def chapter(self, request, **kwargs):
        return Response()


class Status(generics.GenericAPIView):
    def get(self, request, **kwargs):
        return Response()


router = routers.DefaultRouter()
router.register("users", Users)
router.register("orders", Orders, basename="order")
router.register(r"shops/(?P<shop>[\w.-]+)/orders", Orders, basename="shop-order")

nested = NestedDefaultRouter(router, "users", lookup="user")
nested.register("orders", Orders, basename="user-order")
deep = NestedSimpleRouter(nested, "orders", lookup="order")
deep.register("notes", Users, basename="note")

bare = routers.SimpleRouter(trailing_slash=False)
bare.register("users", Users)
bare.register("", Orders, basename="order")

plain = routers.DefaultRouter(use_regex_path=False)
plain.register("books", Books)

suffixed = format_suffix_patterns(
    [
        re_path(r"^status/$", Status.as_view(), name="status"),
        re_path(r"^status/(?P<when>\d{4}-\d\d-\d\d)$", Status.as_view()),
        path("health/<slug:part>/", Status.as_view()),
        re_path(r"^nested/", include([re_path(r"^(?P<pk>[0-9]+)/$", Status.as_view())])),
    ],
    allowed=["json", "html"],
)

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/", include(nested.urls)),
    path("api/", include(deep.urls)),
    path("bare/", include(bare.urls)),
    re_path(r"^(?P<version>v[12])/", include((router.urls, "versioned"))),
    path("plain/", include((plain.urls, "plain"))),
    path("", include(suffixed)),
    path("auth/", include("rest_framework.urls")),
    path("token/", obtain_auth_token),
    path("schema", schemas.get_schema_view(renderer_classes=[renderers.JSONOpenAPIRenderer])),
]
