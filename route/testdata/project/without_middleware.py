from prefixed import *

LANGUAGE_CODE = "fr"
MIDDLEWARE = []
