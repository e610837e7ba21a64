"""One exception with its causes, its contexts and the exceptions of its group."""

from __future__ import annotations

from .frames import describe_frame, frames_of, source_lines
from .messages import exception_value, is_group, log_message
from .secrets import scrub


def describe_error(error: BaseException, record) -> dict:
    room = [400_000]  # characters of all values of local variables: what a report may hold before it is compressed
    described = {"handled": record is not None}
    if record is not None:
        described.update(logger=record.name, level=record.levelname.lower(), message=log_message(record))
        if type(record.msg) is str:
            described["format"] = scrub(record.msg[:4096])[:1024]
    chain, seen, waiting = [], set(), [(error, None, None)]
    while waiting and len(chain) < 30:  # in the order in which Sentry numbers them
        e, parent, source = waiting.pop()
        if e is None or id(e) in seen:
            continue
        seen.add(id(e))
        place = len(chain)
        chain.append(describe_exception(e, parent, source, room))
        if is_group(e):
            chain[-1]["group"] = True
            children = [(child, place, f"exceptions[{i}]") for i, child in enumerate(e.exceptions)]
            waiting += reversed(children)
        if e.__cause__ is not None or e.__suppress_context__:
            waiting.append((e.__cause__, place, "__cause__"))
        else:
            waiting.append((e.__context__, place, "__context__"))
    template = template_line(error)
    if template is not None:
        described["template"] = template
    return dict(described, chain=chain, full=room[0] <= 0)


def describe_exception(e: BaseException, parent, source, room: list) -> dict:
    described = {"type": str(type(e).__qualname__), "module": str(type(e).__module__), "value": exception_value(e)}
    if source is not None:
        described.update(parent=parent, source=source)
    notes = getattr(e, "__notes__", None)
    if isinstance(notes, (list, tuple)):
        described["notes"] = [scrub(n[:4096])[:1024] for n in notes[:10] if type(n) is str]
    if e.__suppress_context__:
        described["suppressed"] = True
    frames, omitted = frames_of(e), 0
    if len(frames) > 60:
        omitted = len(frames) - 60
        frames[20:-40] = []
    described["frames"] = [describe_frame(frame, line, room) for frame, line in reversed(frames)][::-1]
    if omitted:
        described["omitted"] = omitted
    return described


def template_line(error: BaseException) -> dict | None:
    """The line of the template that was being rendered or parsed. Django itself says it in debug mode only."""
    for frame, _ in reversed(frames_of(error)):
        if frame.f_globals.get("__name__") == "django.template.base":
            node = frame.f_locals.get("self")
            token = {"render_annotated": node, "compile_nodelist": error}.get(frame.f_code.co_name)
            line, origin = getattr(getattr(token, "token", None), "lineno", None), getattr(node, "origin", None)
            if line and origin is not None:
                pre, context, post = source_lines(str(origin.name), line, None)
                name = str(origin.template_name or origin.name)
                return {"file": name, "line": line, "pre": pre, "context": context, "post": post}
    return None
