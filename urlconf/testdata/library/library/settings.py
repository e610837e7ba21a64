"""A project with one of everything that a URLconf can have."""

import os
import sys

from django.utils.translation import gettext_lazy

# What settings do: print, and look at the command line.
print("réglages de", os.path.basename(os.getcwd()), sys.argv[1])
print('{"patterns": "not these"}')

SECRET_KEY = "not used"
ROOT_URLCONF = "library.urls"
USE_I18N = True
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", gettext_lazy("English")), ("fr", gettext_lazy("French"))]
LOCALE_PATHS = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "locale")]
MIDDLEWARE = ["library.middleware.function", "library.middleware.Locale"]
FORCE_SCRIPT_NAME = "/library"
STATIC_URL = "static/"
