"""Who sees a complaint (CUS-3), and what the doors answer."""

import pytest
from sqlalchemy import select

from crm.complaints import Finding, Opinion
from crm.kernel import clock
from crm.kernel.database import Session, db, reading
from crm.kernel.scope import set_viewer

from .cases import customer, in_state, register

# taken in by: 顾北辰 (head office, about a customer of 陈知远), 陆星野 (青岚, about one of 赵明朗),
# 陈知远 (about his own), 顾北辰 (unknown customer)
SEEN = """
                       head1  branch2  sales1  unknown
service_agent          yes    -        -       yes
service_agent2         -      yes      -       -
service_supervisor     yes    yes      yes     yes
service_supervisor2    -      yes      -       -
salesperson            yes    -        yes     -
salesperson2           -      yes      -       -
salesperson3           -      -        -       -
sales_manager          yes    -        yes     -
sales_manager2         -      yes      -       -
branch_manager         yes    -        yes     -
branch_manager2        -      yes      -       -
general_manager        yes    yes      yes     yes
technician             -      -        -       -
archivist              -      -        -       -
administrator          -      -        -       -
custodian              -      -        -       -
"""


def rows():
    head, *lines = SEEN.strip("\n").splitlines()
    for line in lines:
        person, *marks = line.split()
        yield person, {case for case, mark in zip(head.split(), marks, strict=True) if mark == "yes"}


@pytest.fixture
def cases(cast):
    mine, theirs = customer(cast.salesperson), customer(cast.salesperson2, "青岚锦程纺织有限公司")
    made = {
        "head1": register(cast.service_agent, customer=mine, what_happened="甲"),
        "branch2": register(cast.service_agent2, customer=theirs, what_happened="乙"),
        "sales1": register(cast.salesperson, customer=mine, what_happened="丙"),
        "unknown": register(cast.service_agent, what_happened="丁"),
    }
    for opinion in made.values():
        opinion.add_finding(
            "note", f"记录{opinion.what_happened}", happened_at=clock.now(), by=cast.service_supervisor,
            at=clock.now(),
        )  # fmt: skip
    db.session.commit()
    return made


@pytest.mark.rule("CUS-3")
@pytest.mark.parametrize(("person", "sees"), list(rows()))
def test_who_sees_which(cast, cases, person, sees):
    viewer = cast[person]
    with reading(), Session(db) as session:
        set_viewer(session, viewer)
        texts = set(session.scalars(select(Opinion.what_happened)))
        notes = {f.text for f in session.scalars(select(Finding))}
    assert texts == {cases[case].what_happened for case in sees}
    assert notes == {f"记录{cases[case].what_happened}" for case in sees}


@pytest.mark.rule("CUS-3")
def test_the_doors_answer_so(cast, as_, cases):
    hidden = f"/complaints/{cases['branch2'].id}"
    assert as_("service_agent").get(hidden).status_code == 404
    assert as_("service_agent").get("/complaints/999999").status_code == 404
    assert as_("archivist").get(hidden).status_code == 403
    assert as_("service_agent2").get(hidden).status_code == 200
    assert as_("service_agent").delete(hidden).status_code == 405
    assert "乙" not in as_("service_agent").get("/complaints?view=all").text


DOORS = ("handler", "instruction", "severity", "findings", "calls", "reopening", "files", "letter")


@pytest.mark.parametrize("door", DOORS)
def test_every_act_hides_what_is_hidden(cast, as_, cases, door):
    path = f"/complaints/{cases['branch2'].id}/{door}"
    for person in ("service_agent", "salesperson3"):
        assert as_(person).get(path).status_code in (403, 404)
        assert as_(person).post(path, data={}).status_code in (403, 404)
    assert as_("archivist").post(path, data={}).status_code == 403


@pytest.mark.parametrize("door", DOORS)
def test_closed_ones_take_no_acts(cast, as_, door):
    opinion = in_state(cast, "closed")
    person = {"instruction": "general_manager"}.get(door, "service_supervisor")
    answer = as_(person).get(f"/complaints/{opinion.id}/{door}")
    assert answer.status_code == (200 if door == "reopening" else 409)


def test_the_owner_of_the_customer_only_reads(cast, as_, cases):
    client, path = as_("salesperson"), f"/complaints/{cases['head1'].id}"
    page = client.get(path)
    assert page.status_code == 200
    assert f"{path}/findings" not in page.text
    said = {"kind": "note", "text": "x", "happened_at": "2026-01-05T10:00"}
    assert client.post(f"{path}/findings", data=said).status_code == 403
    assert client.post(f"{path}/severity", data={"reason": "x"}).status_code == 403
    assert client.post(f"{path}/closure").status_code == 403


@pytest.mark.rule("CUS-3")
def test_the_panel_of_a_customer_one_does_not_see_is_hidden(cast, as_, cases):
    about = cases["branch2"].customer_id
    whole = as_("salesperson2").get(f"/complaints/of/{about}")
    assert "<html" in whole.text
    part = as_("salesperson2").get(f"/complaints/of/{about}", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert part.text.startswith('<div id="customer-complaints">')
    assert as_("salesperson").get(f"/complaints/of/{about}").status_code == 404
    assert as_("custodian").get(f"/complaints/of/{about}").status_code == 403


def test_lists_find_and_page(cast, as_):
    for number in range(60):
        register(cast.service_agent, title=f"第 {number} 件")
    db.session.commit()
    client = as_("service_agent")
    first = client.get("/complaints").text
    assert first.count('id="opinion-') == 50
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(following).text
    assert second.count('id="opinion-') == 10
    assert "第 59 件" in first
    assert "第 0 件" in second
    found = client.get("/complaints?q=第 17").text
    assert found.count('id="opinion-') == 1
    assert "没有找到" in client.get("/complaints?q=没有这样的").text
    assert client.get("/complaints?view=mine").text.count('id="opinion-') == 0
    assert client.get("/complaints?view=nonsense&after=garbage").status_code == 200
