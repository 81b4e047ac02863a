"""The same import from the command line; and the real list of two thousand companies."""

import contextvars
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm.approvals import Review
from crm.audit import verify
from crm.customers.models import Customer, ImportBatch

from .sheets import GOOD, HEAD, csv_of

pytestmark = pytest.mark.rule("ARC-15")

REAL = Path(__file__).parents[3] / "shared" / "data" / "customers_real_2000.csv"


@pytest.fixture
def run(app, session):
    """Run the command in an empty context, as in a shell: the JSON lines of its output, and the result."""

    def command(*args):
        session.commit()
        args = ["customers", "import", *map(str, args)]
        result = contextvars.Context().run(app.test_cli_runner().invoke, args=args)
        session.expire_all()
        return [json.loads(line) for line in result.output.splitlines() if line.startswith("{")], result

    return command


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_bytes(
        csv_of(HEAD, f"云州恒拓精密机械有限公司,{GOOD},云南,云州市,王经理,13800001057", ",,,,,1")
    )
    return path


def test_a_dry_run_prints_every_row_and_writes_nothing(run, file, session):
    rows, result = run(file, "--as", "salesperson", "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    assert [(r["row"], r["status"]) for r in rows] == [(2, "valid"), (3, "rejected")]
    assert rows[0]["record"]["contacts"] == [{"name": "王经理", "mobile": "13800001057"}]
    assert rows[1]["reason"] == "name_missing"
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0


def test_without_a_manager_the_batch_waits_for_review(run, file, session):
    _rows, result = run(file, "--as", "salesperson")
    assert result.exit_code == 0, result.output
    assert session.scalars(select(Review)).one().pending
    assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_a_manager_who_is_asked_decides_at_once(run, file, session):
    _rows, result = run(
        file, "--as", "salesperson", "--approve-as", "sales_manager", "--checked", "电话核对 5 家"
    )
    assert result.exit_code == 0, result.output
    review = session.scalars(select(Review)).one()
    assert review.decisions[0].by.username == "sales_manager"
    assert review.decisions[0].ticks == {"sampled": "电话核对 5 家"}
    assert session.scalars(select(Customer.name)).all() == ["云州恒拓精密机械有限公司"]


@pytest.mark.parametrize("manager", ["sales_manager2", "salesperson", "administrator", "nobody"])
def test_who_is_not_asked_decides_nothing(run, file, session, manager):
    _rows, result = run(file, "--as", "salesperson", "--approve-as", manager)
    assert result.exit_code == 1
    assert session.scalars(select(Review)).one().pending
    assert session.scalar(select(func.count()).select_from(Customer)) == 0


@pytest.mark.parametrize("who", ["dispatcher", "administrator", "nobody"])
def test_who_may_not_import_is_told(run, file, session, who):
    _rows, result = run(file, "--as", who)
    assert result.exit_code == 1
    assert who in result.output


def test_a_wrong_file_is_one_sentence(run, tmp_path):
    path = tmp_path / "空.csv"
    path.write_bytes(b"")
    _rows, result = run(path, "--as", "salesperson")
    assert result.exit_code == 1
    assert "文件是空的" in result.output
    assert "Traceback" not in result.output


def test_two_thousand_real_companies_come_in_completely(run, session):
    if not REAL.is_file():
        pytest.skip("the list of real companies is not here (../shared/data/customers_real_2000.csv)")
    rows, result = run(REAL, "--as", "salesperson", "--json", "--approve-as", "sales_manager")
    assert result.exit_code == 0, result.output[-500:]
    assert len(rows) == 2000
    assert {r["status"] for r in rows} == {"valid"}
    assert session.scalar(select(func.count()).select_from(Customer)) == 2000
    assert session.scalar(select(func.count()).select_from(Customer).where(Customer.uscc.is_not(None))) == 642
    assert verify() is None
    again, _result = run(REAL, "--as", "salesperson2", "--json", "--dry-run")
    assert {r["status"] for r in again} == {"duplicate"}
    assert all(r["duplicate_of"] == {"customer": None} for r in again)
