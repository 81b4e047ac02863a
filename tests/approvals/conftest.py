"""Every test begins without papers."""

import pytest

from .papers import PAPERS


@pytest.fixture(autouse=True)
def _no_papers() -> None:
    PAPERS.clear()
