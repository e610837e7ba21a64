"""Views that raise what is hard to read back."""


def no_message(request):
    """A ValueError without a message."""
    raise ValueError


def markup(request):
    """A KeyError whose key has quotes and looks like HTML."""
    return {}["""<b class="it's">anvil & sons</b>"""]


def notes(request):
    """A ValueError with two notes."""
    error = ValueError("the invoice does not add up")
    error.add_note("the first line is of 2019")
    error.add_note("the currency changed since")
    raise error


def lines(request):
    """A ValueError whose message is of three lines."""
    raise ValueError("the label does not print:\n  it is too long\n  and too wide")


def huge_locals(request):
    """A TypeError beside local variables of megabytes."""
    orders = [{"number": number, "lines": ["anvil"] * 20} for number in range(20_000)]
    label = "anvil " * 200_000
    return orders + label
