"""A Django project whose requests need the database to know who asks: accounts:wsgi, accounts.py migrate.

Sessions and the tokens of Django REST framework are rows of it.
"""

import os
import sys

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.path.join(os.environ["PROJECT_DATA"], "accounts.sqlite3"),
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rest_framework",
            "rest_framework.authtoken",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]},
        ROOT_URLCONF="accounts",
        SECRET_KEY="not-for-production",
        USE_TZ=True,
    )
    if __name__ == "__main__":
        sys.modules["accounts"] = sys.modules["__main__"]
    django.setup()

from django.core.management import execute_from_command_line  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class Orders(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response([])

    post = get


def cart(request):
    return HttpResponse(f"{request.user} has {request.session.get('items', 0)}\n")


def home(request):
    return HttpResponse("home\n")


urlpatterns = [path("", home), path("orders/", Orders.as_view()), path("cart/", cart)]

wsgi = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
