"""The user, if Django knows it already: request.user is lazy, and to ask it may be a query."""

from __future__ import annotations

import uuid

from .bare import attributes_of, defined, entry, is_text, text
from .options import WITHOUT
from .scalars import uuid_text


def describe_user(request, pii: bool) -> dict | None:
    if "user" in WITHOUT:
        return None
    attributes = attributes_of(request)
    candidates = (entry(attributes, name) for name in ("_cached_user", "_acached_user", "user"))
    user = next((candidate for candidate in candidates if candidate is not None), None)
    user = entry(attributes_of(user), "_wrapped", user)  # not yet evaluated, that is a mere object
    kind, own = type(user), attributes_of(user)
    meta = attributes_of(defined(kind, "_meta"))
    fields = {"id": entry(attributes_of(entry(meta, "pk")), "attname")}
    if pii:
        fields.update(name=defined(kind, "USERNAME_FIELD"), email=defined(kind, "EMAIL_FIELD"))
    found = {k: plainly(entry(own, text(field))) for k, field in fields.items() if is_text(field)}
    return {k: value for k, value in found.items() if value is not None} if fields["id"] is not None else None


def plainly(value) -> str | None:
    kind = type(value)
    if is_text(value):
        return text(value, 200)
    if kind is int and int.bit_length(value) < 512:
        return str(value)
    return uuid_text(None, value, kind, 0) if kind is uuid.UUID else None
