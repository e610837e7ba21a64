"""What Python itself knows about an object, read without running a method of its class or of its metaclass.

isinstance, getattr, ==, in, bool, len, hash, format and iteration can all run the project's code, so nothing here uses
them on an object that is not known to be of a built-in type. type(x) and "is" cannot be overridden.
"""

from __future__ import annotations

import itertools
import types

MRO = type.__dict__["__mro__"].__get__
NAME = type.__dict__["__name__"].__get__
QUALNAME = type.__dict__["__qualname__"].__get__
MODULE = type.__dict__["__module__"].__get__
CLASS_DICT = type.__dict__["__dict__"].__get__
DESCRIPTORS = (types.GetSetDescriptorType, types.MemberDescriptorType)  # those that C implements
MANY = 500  # entries of a dictionary that are looked through


def is_a(kind: type, base: type) -> bool:
    return kind is base or any(b is base for b in MRO(kind))


def is_text(value) -> bool:
    return is_a(type(value), str)


def text(value: str, most: int = 4096) -> str:
    """A text, or an instance of a subclass of str, as a plain text."""
    return str.__getitem__(value, slice(most))


def name_of(kind: type) -> str:
    return text(NAME(kind), 200)


def qualname_of(kind: type) -> str:
    return text(QUALNAME(kind), 500)


def module_of(kind: type) -> str:
    module = MODULE(kind)
    return text(module, 500) if is_text(module) else ""


def defined(kind: type, name: str, otherwise=None):
    """What a class or the nearest of its bases has under a name. Descriptors are not called."""
    for base in MRO(kind):
        found = CLASS_DICT(base).get(name, otherwise)
        if found is not otherwise:
            return found
    return otherwise


def attributes_of(value) -> dict:
    """The instance's own attributes, also where its class has a __dict__ of another kind or a __getattribute__."""
    for base in MRO(type(value)):
        descriptor = CLASS_DICT(base).get("__dict__")
        if type(descriptor) in DESCRIPTORS:
            try:
                found = descriptor.__get__(value)
            except (AttributeError, TypeError):
                continue
            return found if is_a(type(found), dict) else {}
    return {}


def slot(value, owner: type, name: str, otherwise=None):
    """An attribute that C or __slots__ of the owner stores, whatever a subclass has under its name."""
    descriptor = CLASS_DICT(owner).get(name)
    if type(descriptor) not in DESCRIPTORS:
        return otherwise
    try:
        return descriptor.__get__(value)
    except (AttributeError, TypeError):
        return otherwise


def entry(mapping: dict, name: str, otherwise=None):
    """The value of a key that is a plain text. A lookup could run __eq__ of another key."""
    for key, value in itertools.islice(dict.items(mapping), MANY):
        if type(key) is str and key == name:
            return value
    return otherwise


def attribute(value, name: str, otherwise=None):
    """An attribute of the instance, or a plain one of its class. None of a property or a __getattr__."""
    found = entry(attributes_of(value), name, MRO)
    return defined(type(value), name, otherwise) if found is MRO else found
