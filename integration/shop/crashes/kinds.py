"""Every way the shop can fail, by the name in its URL. A view's docstring is its line on the index page."""

from . import answers, deaths, exceptions, streams

KINDS = {
    "value-error": exceptions.value_error,
    "key-error": exceptions.key_error,
    "chained": exceptions.chained,
    "suppressed": exceptions.suppressed,
    "template": exceptions.template,
    "database": exceptions.database,
    "recursion": exceptions.recursion,
    "unicode": exceptions.unicode,
    "permission": exceptions.permission,
    "not-found": exceptions.not_found,
    "json": answers.json,
    "plain": answers.plain,
    "html": answers.html,
    "big": answers.big,
    "gzip": answers.gzipped,
    "set-cookie": answers.set_cookie,
    "streaming": streams.streaming,
    "exit-midway": streams.exit_midway,
    "kill": deaths.kill,
    "hang": deaths.hang,
}
