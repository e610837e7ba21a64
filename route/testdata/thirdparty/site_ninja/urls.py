from uuid import UUID

from django.urls import include, path, re_path
from ninja import NinjaAPI, Path, Router, Schema

first = NinjaAPI(version="1")
second = NinjaAPI(version="2", docs_url="/handbook/<slug:chapter>")
notes = Router()


class Day(Schema):
    year: int
    month: int


@notes.get("/")
def everything(request): ...


@notes.get("/{int:pk}")
def one(request, pk: int): ...


@notes.get("/{uuid:key}/{slug:name}.{ending}")
def attachment(request, key: UUID, name: str, ending: str): ...


@first.get("/add")
def add(request, a: int, b: int): ...


@first.get("/files/{path:rest}")
def file(request, rest: str): ...


@first.get("/on/{year}/{month}")
def on(request, day: Path[Day]): ...


@first.post("/on/{year}/latest", url_name="latest")
def latest(request, year: int): ...


@second.get("/on/{int:year}-{int:month}")
def hyphened(request, year: int, month: int): ...


first.add_router("/notes", notes)
second.add_router("/users/{user}/notes/", "site_ninja.shared.router")

urlpatterns = [
    path("api/1/", first.urls),
    re_path(r"^(?P<tenant>[a-z]+(?:-[a-z]+)*)/api/", include([path("2/", second.urls)])),
]
