from django.urls import path, re_path


def view(request, **kwargs): ...


app_name = "events"
urlpatterns = [
    path("", view, name="all"),
    path("<int:year>/", view, name="year"),
    path("<int:year>/<slug:slug>/", view, name="one"),
    re_path(r"^tag/(?P<tag>[\w-]+)/$", view, name="tag"),
]
