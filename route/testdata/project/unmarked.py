from prefixed import *

ROOT_URLCONF = "translated_urls"
LANGUAGE_CODE = "fr-ca"
