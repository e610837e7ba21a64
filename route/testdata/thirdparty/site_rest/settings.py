from base import *

ROOT_URLCONF = "site_rest.urls"
INSTALLED_APPS += ["rest_framework", "rest_framework.authtoken"]
USE_I18N = False
