"""A test that changes the calendar leaves none behind."""

from collections.abc import Iterator

import pytest

from crm import workdays


@pytest.fixture(autouse=True)
def _published_again() -> Iterator[None]:
    workdays.forget()
    yield
    workdays.forget()
