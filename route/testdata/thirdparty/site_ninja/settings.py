from base import *

ROOT_URLCONF = "site_ninja.urls"
