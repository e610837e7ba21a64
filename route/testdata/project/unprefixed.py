from prefixed import *

LANGUAGE_CODE = "en"
PREFIX_DEFAULT_LANGUAGE = False
