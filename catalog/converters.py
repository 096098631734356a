"""Parts of addresses."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """`<key:…>`: a whole number that a database can hold; longer ones are no address of ours."""

    regex = "[0-9]{1,18}"


register_converter(KeyConverter, "key")
