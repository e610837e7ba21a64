"""One exception with its causes, its contexts and the exceptions of its group."""

from __future__ import annotations

import itertools

from . import containers, library_errors, scalars, times  # noqa: F401  each registers what it describes
from .bare import attributes_of, entry, is_text, module_of, qualname_of, slot, text
from .budget import Budget, Turn
from .django_values import register_loaded
from .frames import frames_of, locals_of
from .groups import is_group, members_of
from .messages import exception_value, log_fields, notes_of
from .source import source_lines

CHAIN = 30  # exceptions
LEAST = 12  # frames of each, when the report has many


def describe_error(error: BaseException | None, record, budget: Budget) -> dict:
    """Describes an error that was raised, logged or both. What tells most comes first, as the time may run out."""
    with Turn(budget, handled=record is not None) as turn:
        register_loaded()
        described = {"handled": record is not None}
        if record is not None:
            described.update(log_fields(record, turn))
        chain, frames = ([], []) if error is None else describe_chain(error, turn)
        template = template_line(error, frames[: len(chain[0]["frames"])] if chain else [], turn)
        if template is not None:
            described["template"] = template
        for frame in frames:
            frame.add_source(turn)
        for frame in frames:
            frame.add_variables(turn)
        return dict(described, chain=chain)


def describe_chain(error: BaseException, turn: Turn) -> tuple:
    """The exceptions in the order in which Sentry numbers them, and all of their frames, the innermost first."""
    chain, frames, seen, waiting = [], [], set(), [(error, None, None)]
    while waiting and len(chain) < CHAIN:
        e, parent, source = waiting.pop()
        if e is None or id(e) in seen:
            continue
        seen.add(id(e))
        place = len(chain)
        described, own = describe_exception(e, turn)
        if source is not None:
            described.update(parent=parent, source=source)
        chain.append(described)
        frames += reversed(own)
        if is_group(e):
            described["group"] = True
            members = itertools.islice(members_of(e), CHAIN)
            waiting += reversed([(member, place, f"exceptions[{i}]") for i, member in enumerate(members)])
        cause = slot(e, BaseException, "__cause__")
        if cause is not None or slot(e, BaseException, "__suppress_context__"):
            waiting.append((cause, place, "__cause__"))
        else:
            waiting.append((slot(e, BaseException, "__context__"), place, "__context__"))
    return chain, frames


def describe_exception(e: BaseException, turn: Turn) -> tuple:
    kind, budget = type(e), turn.budget
    described = {"type": qualname_of(kind), "module": module_of(kind), "value": exception_value(e, turn)}
    notes = notes_of(e, turn)
    if notes:
        described["notes"] = notes
    if slot(e, BaseException, "__suppress_context__"):
        described["suppressed"] = True
    frames, omitted = frames_of(e, min(60, max(budget.frames, LEAST)))
    budget.frames -= len(frames)
    described["frames"] = [frame.described for frame in frames]
    if omitted:
        described["omitted"] = omitted
    return described, frames


def template_line(error: BaseException | None, frames: list, turn: Turn) -> dict | None:
    """The line of the template that was being rendered or parsed. Django itself says it in debug mode only."""
    for frame in frames:
        if frame.described["module"] != "django.template.base":
            continue
        node = next((value for name, value in locals_of(frame.frame) if name == "self"), None)
        at = {"render_annotated": node, "compile_nodelist": error}.get(frame.described["function"])
        line = entry(attributes_of(entry(attributes_of(at), "token")), "lineno")
        origin = attributes_of(entry(attributes_of(node), "origin"))
        path, name = entry(origin, "name"), entry(origin, "template_name")
        if type(line) is int and line and is_text(path):
            pre, context, post = source_lines(text(path), line, {}, turn)
            name = text(name, 500) if is_text(name) else ""
            return {"file": name or text(path), "line": line, "pre": pre, "context": context, "post": post}
    return None
