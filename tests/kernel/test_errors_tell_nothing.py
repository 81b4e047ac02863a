"""What people type stays out of error texts (CUS-7), and an odd address is no error of ours."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from crm.accounts import Company
from crm.kernel.database import db


@pytest.mark.rule("CUS-7")
def test_a_database_error_does_not_repeat_what_was_typed(session: Any) -> None:
    with pytest.raises(IntegrityError) as caught:
        db.session.execute(insert(Company).values(id=1, name="资信问题：欠款", short_name="x"))
    assert "欠款" not in str(caught.value)


def test_a_number_no_row_can_have_is_not_found(as_: Any) -> None:
    client = as_("salesperson")
    assert client.get("/customers/99999999999999999999").status_code == 404
    assert client.get("/customers/2147483648").status_code == 404


@pytest.mark.parametrize(
    "cursor", ["W10", "WzEsIDIsIDNd", "W1tdLCBbXV0", "WyIyMDI2LTAxLTA5VDEwOjAwOjAwIiwgMV0", "eA"]
)
@pytest.mark.parametrize("path", ["/customers", "/complaints", "/todo"])
def test_an_unreadable_place_in_a_list_shows_its_beginning(as_: Any, path: str, cursor: str) -> None:
    assert as_("salesperson").get(f"{path}?after={cursor}").status_code == 200
