"""The probe: tells the gateway in front of a Django site what only Django knows, in headers of the response.

It needs the standard library alone, starts no thread and opens no socket. To a request that carries the secret it
answers with X-Django-Probe, and with X-Django-Probe-Report if an exception broke something; every other request passes
as if it were not here.

start.py is all that other Python programs of this environment import, with log.py. The rest is imported when Django is:

    hooks.py         what is watched in Django
    request.py       one request, and what is noted of it
    worker.py        this process
    protocol.py      the gateway's header, and the answer
    report.py        the report, within its budget
    budget.py        what a report may take
    packages.py      the packages that are installed
    user.py          the user
    exceptions.py    one exception with its chain
    groups.py        exception groups
    frames.py        the frames of a traceback and their variables
    source.py        their source lines
    messages.py      messages of exceptions and log records, with percent.py for the arguments of the latter
    exception_texts.py, library_errors.py
                     what str() would say of an exception
    values.py        bounded descriptions of values: by scalars.py, times.py, containers.py, django_values.py
    bare.py          what can be read of an object without running its code
    secrets.py       what is hidden in a text, by the modules below
    names.py         names of secrets
    named.py         what follows such a name; fields.py and rows.py: what else belongs to one
    shapes.py        secrets of a known shape; numbers.py: of cards and accounts
    prose.py         secrets in sentences; arguments.py: of commands; elements.py: of XML
    reading.py       reading a text, and hiding parts of it
    patterns.py      the patterns of all these
    tables.py        their words and numbers, made from the gateway's
    sql.py           statements without their values
    options.py       what the environment asks for
"""
