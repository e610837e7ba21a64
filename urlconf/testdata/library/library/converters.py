from django.urls import converters, register_converter


class Year:
    regex = "[0-9]{4}"

    def to_python(self, value):
        if value < "1900":
            raise ValueError("too old")
        return int(value)

    def to_url(self, value):
        return str(value)


class Isbn(converters.StringConverter):
    regex = "97[89][0-9]{10}"


register_converter(Year, "year")
register_converter(Isbn, "isbn")
