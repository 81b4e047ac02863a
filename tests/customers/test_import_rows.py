"""From cells to a record, and from records to their fate: pure."""

from datetime import date

import pytest

from crm.customers.alike.likeness import name_key
from crm.customers.importing.cleaning import clean
from crm.customers.importing.headings import find
from crm.customers.importing.judging import Company, Known, judge
from crm.customers.importing.values import Unusable, count, day, fen, province

from .sheets import GOOD, OTHER

TODAY = date(2026, 11, 20)


def cleaned(headings, *rows, people=()):
    found = find([(1, headings.split(","))])
    rows = [clean(n, row.split(","), found, today=TODAY, people=people) for n, row in enumerate(rows, 2)]
    return [row for row in rows if row is not None]


def judged(headings, *rows, register=None):
    return list(judge(cleaned(headings, *rows), register or Known()))


# --- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["2024-03-05", "2024/3/5", "2024.3.5", "2024年3月5日", "20240305", "45356", "2024-03-05 08:30"]
)
def test_a_day_is_read_in_the_forms_of_an_office(text):
    assert day(text, TODAY) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "code"), [("2024-13-01", "date"), ("去年", "date"), ("2024年", "date"), ("2027-01-01", "future")]
)
def test_a_day_that_cannot_be_is_said_to_be_one(text, code):
    with pytest.raises(Unusable) as unusable:
        day(text, TODAY)
    assert unusable.value.code == code


@pytest.mark.parametrize(
    ("text", "yuan", "value"),
    [
        ("120", False, 120_000_000),
        ("1,200.5", False, 1_200_500_000),
        ("86万元", True, 86_000_000),
        ("¥500", True, 50_000),
        ("1.2亿", False, 12_000_000_000),
    ],
)
def test_an_amount_is_in_wan_unless_it_or_its_heading_says_otherwise(text, yuan, value):
    assert fen(text, yuan=yuan) == value


@pytest.mark.parametrize("text", ["约100", "-5", "1e9", "999999999999亿"])
def test_an_amount_that_is_none_is_unusable(text):
    with pytest.raises(Unusable):
        fen(text, yuan=False)


def test_people_are_counted():
    assert [count(t) for t in ("2,160", "320人", "15.0")] == [2160, 320, 15]
    with pytest.raises(Unusable):
        count("50-100")


def test_provinces_are_short():
    said = ["广东省", "北京市", "内蒙古自治区", "广西壮族自治区", "浙江", "香港特别行政区"]
    assert [province(p) for p in said] == ["广东", "北京", "内蒙古", "广西", "浙江", "香港"]


# --- cleaning --------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-15")
def test_what_no_field_takes_stays_with_the_row():
    (row,) = cleaned("客户名称,股票代码,员工人数,备注", "甲公司,000001,几十人,老客户")
    assert row.record == {
        "name": "甲公司",
        "other": {"股票代码": "000001", "员工人数": "几十人", "备注": "老客户"},
    }
    assert [(f.code, f.column, f.given) for f in row.faults] == [("number", "员工人数", "几十人")]


@pytest.mark.rule("ARC-15")
def test_a_wrong_licence_code_is_left_out_with_a_warning():
    (row,) = judged("客户名称,税号", f"甲公司,{GOOD[:-1]}F")
    assert row.status == "valid_with_warnings"
    assert "uscc" not in row.record
    assert row.warnings[0]["code"] == "licence"
    assert row.record["other"] == {"税号": f"{GOOD[:-1]}F"}


def test_text_is_tidied():
    (row,) = cleaned(
        "客户名称,信用代码,联系人,手机",
        f" 云州 恒拓\u3000（集团）有限公司 , {GOOD.lower()} ,\u200b王经理,+86 138-0000-1057",
    )
    assert row.record["name"] == "云州恒拓(集团)有限公司"
    assert row.record["uscc"] == GOOD
    assert row.record["contacts"] == [{"name": "王经理", "mobile": "13800001057"}]


def test_nothing_is_said_by_a_dash():
    (row,) = cleaned("客户名称,网址,地址,城市", "甲公司,/,——,暂无")
    assert row.record == {"name": "甲公司"}


def test_headings_that_are_printed_again_are_no_customer():
    assert cleaned("客户名称,城市", "客户名称,城市", "甲公司,云州")[0].number == 3


def test_an_owner_has_to_be_one_of_us():
    ours, stranger = cleaned("客户名称,负责人", "甲公司,陈知远", "乙公司,张三", people={"陈知远"})
    assert ours.record["owner"] == "陈知远"
    assert "owner" not in stranger.record
    assert stranger.record["other"] == {"负责人": "张三"}
    assert stranger.faults[0].code == "owner"


def test_choices_are_read_by_their_words():
    (row,) = cleaned("客户名称,性质,合作态度,等级", "甲公司,普通公司,很好,a级")
    assert (row.record["nature"], row.record["grade"]) == ("ordinary", "A")
    assert row.faults[0].code == "choice"


# --- judging ---------------------------------------------------------------------------------------


@pytest.mark.rule("ARC-15")
@pytest.mark.parametrize("name", ["", "/", "——", "待定", "…"])
def test_a_row_without_a_name_is_rejected(name):
    (row,) = judged("客户名称,城市", f"{name},云州")
    assert (row.status, row.reason) == ("rejected", "name_missing")


@pytest.mark.rule("ARC-14")
def test_the_same_company_twice_in_a_file_comes_in_once():
    rows = judged(
        "客户名称,信用代码",
        f"云州恒拓精密机械有限公司,{GOOD}",
        "云州恒拓精密机械有限责任公司,",
        f"恒拓机械,{GOOD}",
        f"云州恒拓精密机械有限公司,{OTHER}",
        "青岚锦程纺织有限公司,",
    )
    assert [(r.status.value, r.reason, r.duplicate_row) for r in rows] == [
        ("valid", "", None),
        ("duplicate", "same_name_in_file", 2),
        ("duplicate", "same_licence_in_file", 2),
        ("duplicate", "other_licence_in_file", 2),
        ("valid", "", None),
    ]


@pytest.mark.rule("ARC-14")
def test_a_sister_in_another_town_is_another_company():
    rows = judged("客户名称", "江苏江阴农村商业银行股份有限公司", "江苏张家港农村商业银行股份有限公司")
    assert {r.status for r in rows} == {"valid"}


@pytest.mark.rule("ARC-14")
def test_a_company_of_the_register_does_not_come_in_again():
    register = Known()
    register.add(Company(7, "云州恒拓精密机械有限公司", GOOD), name_key("云州恒拓精密机械有限公司"))
    rows = judged(
        "客户名称,信用代码", "云州恒拓精密机械股份有限公司,", f"别的名字有限公司,{GOOD}", register=register
    )
    assert [(r.reason, r.duplicate_of_id) for r in rows] == [("same_name", 7), ("same_licence", 7)]


@pytest.mark.rule("ARC-14")
def test_a_shared_telephone_is_pointed_out():
    rows = judged("客户名称,手机", "甲机械公司,13800001057", "乙纺织公司,138 0000 1057")
    assert rows[0].status == "valid"
    assert (rows[1].status, rows[1].warnings[0]["code"]) == ("valid_with_warnings", "same_phone_in_file")


def test_a_rejected_row_is_nobodys_original():
    rows = judged("客户名称,信用代码", f",{GOOD}", f"甲公司,{GOOD}")
    assert [r.status.value for r in rows] == ["rejected", "valid"]
