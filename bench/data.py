"""Two thousand filed customers: the real list beside the repository if it is there, else made-up ones."""

import csv
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from crm.approvals import Asked, Review, ReviewStep
from crm.customers import Contact, Customer
from crm.customers.indexing import KIND, searched
from crm.customers.models import ChapterValues, Need
from crm.kernel import clock
from crm.kernel.database import db
from crm.kernel.scope import EVERYONE, set_viewer
from crm.kernel.settings import ROOT
from crm.searching import put_many
from tests import cast

REAL = ROOT.parent / "shared" / "data" / "customers_real_2000.csv"
COUNT = 2000
OWNERS = ("salesperson", "salesperson3", "salesperson2")


def fill() -> tuple[str, int]:
    """The cast and its customers. Returns (where the names are from, id of a customer of the first owner)."""
    set_viewer(db.session, EVERYONE("bench data"))
    cast.seed(db.session)  # type: ignore[arg-type]
    people = {name: cast.Cast(db.session)[name] for name in (*OWNERS, "custodian", "archivist", "dispatcher")}  # type: ignore[arg-type]
    now = clock.now()
    customers = []
    for number, row in enumerate(_rows()):
        owner = people[OWNERS[number % len(OWNERS)]]
        at = now - timedelta(hours=3 * number)
        customer = Customer(
            code=f"KH-2026-{number:04d}",
            state="filed",
            name=row["name"],
            uscc=row.get("uscc") or None,
            industry=row.get("industry_class") or "制造业",
            staff=int(row.get("employees") or 0) or None,
            province=row.get("province") or None,
            city=row.get("city") or None,
            phone="09008800" + f"{number:04d}",
            address=row.get("address") or None,
            source_channel="internet",
            met_by=owner.name,
            collected_on=at.date(),
            first_contact_on=at.date(),
            author_id=owner.id,
            owner_id=owner.id,
            department_id=owner.department_id,
            department_path=owner.department.path,
            grade=("A", "B", "C", None)[number % 4],
            completeness=40 + number % 60,
            created_at=at,
            updated_at=at,
            submitted_at=at,
            approved_at=at,
            dispatched_at=at,
            dispatched_by_id=people["dispatcher"].id,
            archivist_id=people["archivist"].id,
            filed_at=at,
            filed_by_id=people["archivist"].id,
            place=f"A 柜 {number % 40} 格",
            custodian_id=people["custodian"].id,
        )
        customer.contacts.append(
            Contact(name="王海峰", title="采购经理", phone="138" + f"{number:08d}", primary=True)
        )
        customer.contacts.append(Contact(name="李静", title="设备主管", phone="139" + f"{number:08d}"))
        customer.needs.append(Need(text=f"12 月底前采购离心泵 {number % 90 + 10} 台", intent="high"))
        customer.chapters.append(
            ChapterValues(part="characteristics", values={"service_area": "华东", "scale": "中型"})
        )
        customer.chapters.append(
            ChapterValues(part="business", values={"relation": "老客户介绍", "attitude": "active"})
        )
        customer.chapters.append(
            ChapterValues(part="dealings", values={"sales_state": "平稳", "plans": "逐步扩大"})
        )
        customers.append(customer)
    db.session.add_all(customers)
    db.session.flush()
    put_many(
        KIND,
        [searched(c.id, c.name, c.code, c.phone, [(p.name, p.phone) for p in c.contacts]) for c in customers],
    )
    _ask_for_very_many()
    db.session.commit()
    chosen: int = customers[0].id
    db.session.remove()
    return ("customers_real_2000.csv" if REAL.exists() else "made up"), chosen


#: reviews that wait for one reviewer, the sales manager of the other branch
WAITING = 10_000


def _ask_for_very_many() -> None:
    """What nobody has decided for a long time."""
    people = cast.Cast(db.session)  # type: ignore[arg-type]
    author, manager, now = people.salesperson2, people.sales_manager2, clock.now()
    numbers = range(1, WAITING + 1)
    reviews = [
        {
            "id": n,
            "number": f"SP-bench-{n:05}",
            "flow": "customers:entry",
            "flow_version": 1,
            "thing_type": "customer",
            "thing_id": 1_000_000 + n,
            "title": "审核新档案",
            "object_name": f"云州恒拓第 {n} 家有限公司",
            "author_id": author.id,
            "proposal": {},
            "submitted_at": now,
        }
        for n in numbers
    ]
    steps = [
        {
            "id": n,
            "review_id": n,
            "position": 0,
            "key": "manager",
            "name": "部门经理审核",
            "days": 2,
            "state": "open",
            "opened_at": now,
            "counted_from": now.date(),
            "due_at": now + timedelta(hours=n // 20 - 100),
        }
        for n in numbers
    ]
    db.session.execute(insert(Review), reviews)
    db.session.execute(insert(ReviewStep), steps)
    db.session.execute(insert(Asked), [{"step_id": n, "user_id": manager.id} for n in numbers])


def _rows() -> Iterator[dict[str, Any]]:
    if REAL.exists():
        with REAL.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
        return
    draw = random.Random(7)
    places, words = (
        ("云州", "青岚", "海宁", "临江", "北川"),
        ("恒拓", "远航", "精工", "华泰", "科技", "鼎新", "博远"),
    )
    trades = ("机械", "电子", "化工", "水务", "能源", "食品")
    for number in range(COUNT):
        trade, place = draw.choice(trades), draw.choice(places)
        name = f"{place}{draw.choice(words)}{draw.choice(words)}{trade}{number}有限公司"
        yield {
            "name": name,
            "industry_class": "制造业",
            "province": "江苏",
            "city": "南京市",
            "employees": "200",
        }
