"""How a file that cannot be taken is refused."""

from typing import NoReturn

from crm.kernel.errors import Refused


def refuse(text: str) -> NoReturn:
    """Say what is wrong with the file, beside the field of the form."""
    raise Refused(text, fields={"file": text})
