"""The form refuses a vague need: it asks what, how much, by when (ARC-7)."""

from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from crm.customers.need.assessing import assess

pytestmark = pytest.mark.rule("ARC-7")

CONCRETE = """
12 月底前采购计量泵 20 台
明年三月需要一套污水处理设备，处理量 500 吨/天
需购 IH50-32-160 离心泵 3 台，2027-03-31 前到货
年用量 500 吨聚丙烯，从明年一月起分批供货
每年 3 批包装材料，每批约 200 箱，首批春节前
想买 200 台水泵，年底交货
两个月内要 15 套 DN100 球阀
三季度更换循环水泵十二台
约 200 万元的备件框架合同，Q1 签订
国庆前订购工作服 350 套
下周要样机 2 台试用，型号 JX-200
新厂 8 月投产，配套不锈钢储罐 6 个
泵 20 台，年底要
月需求包装纸箱 3 万只，下个月开始
2027年6月前完成污水站改造，预算 80 万
交期 45 天，订购减速机三十台
明年上半年安装光伏组件 5 兆瓦
供暖季前更换换热器 4 组
采购液压油 1,200 升，11 月 30 日前
一季度末前培训操作工 20 人
需要冷链车两辆，春节前上路
十一前到货，苹果礼盒五百份
机械密封 x20，本月底前
需几十台变频器，半年内分三批到货
26年底前上线 MES 系统一套
""".strip().splitlines()

VAGUE = """
想买一批设备|what amount when
需要一些产品|what amount when
有合作意向|what amount when
了解一下|what amount when
客户很感兴趣，以后再说|what amount when
尽快报价|what amount when
想要好一点的东西，价格便宜|what amount when
潜力很大，长期合作|what amount when
想买几台水泵|amount when
需要计量泵|amount when
采购离心泵 20 台|when
采购离心泵 20 台，尽快|when
采购离心泵，年底前|amount
年底前采购一批离心泵|amount
20 台，年底前|what
需要 20 台设备，年底前|what
明年大概要 500 吨|what
扬程 30 米的离心泵，年底要|amount
流量 50 m3/h 的泵，三月要|amount
质保 3 年的水泵 5 台|when
找一家供应商，明年合作|what amount
一个项目，下半年开始|what amount
员工 200 人，年底前要工作服|amount
第 3 车间 2 号线，年底前换轴承|amount
每月用量 20 吨聚丙烯|when
去年买过 20 台水泵|when
2 米长的辊子，3 根|when
300x200 mm 的钢板，年底前|amount
""".strip().splitlines()


@pytest.mark.parametrize("text", CONCRETE)
def test_a_need_with_what_how_much_and_by_when_is_concrete(app: Flask, text: str) -> None:
    with app.test_request_context():
        assessment = assess(text)
        assert [part.key for part in assessment.gaps] == []
        assert assessment.concrete


@pytest.mark.parametrize("line", VAGUE)
def test_a_vague_need_is_asked_for_what_is_missing(app: Flask, line: str) -> None:
    text, _bar, missing = line.partition("|")
    with app.test_request_context():
        assert [part.key for part in assess(text).gaps] == missing.split()


@pytest.mark.parametrize(
    ("text", "what", "amount", "when"),
    [
        ("12 月底前采购计量泵 20 台", "计量泵", "20 台", "12 月底前"),
        ("年用量 500 吨聚丙烯，明年三月起", "聚丙烯", "用量 500 吨", "明年三月起"),
        ("春节前更换换热器四组", "换热器", "四组", "春节前"),
        ("2027 年 3 月底前到货，离心泵 24 台", "离心泵", "24 台", "2027 年 3 月底前"),
        ("离心泵 24 台，2027年3 月", "离心泵", "24 台", "2027年3 月"),
        ("半年内订购起重机两台", "起重机", "两台", "半年内"),
        ("能源管理系统 1 套，Q3", "能源管理系统", "1 套", "Q3"),
    ],
)
def test_it_says_which_words_it_understood(app: Flask, text: str, what: str, amount: str, when: str) -> None:
    with app.test_request_context():
        assessment = assess(text)
        assert assessment.what.found == what
        assert assessment.when.found == when
        assert assessment.amount.found == amount


def test_a_missing_part_is_asked_as_a_question(app: Flask) -> None:
    with app.test_request_context():
        assert [part.question[:3] for part in assess("想买一批设备").gaps] == ["客户要", "要多少", "什么时"]


def test_the_target_date_of_the_form_answers_by_when(app: Flask) -> None:
    with app.test_request_context():
        assert assess("采购离心泵 20 台", date(2027, 3, 31)).concrete


def test_a_date_that_is_over_does_not_answer_by_when(app: Flask) -> None:
    with app.test_request_context():
        today = date(2026, 11, 20)
        assert not assess("采购离心泵 20 台，2026-10-31 前", today=today).concrete
        assert assess("采购离心泵 20 台，2026年11月", today=today).concrete
        assert assess("采购离心泵 20 台，2026-10-31 前", date(2027, 1, 1), today=today).concrete


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assessment = assess(text, today=date(2026, 11, 20))
    assert assessment.concrete == (not assessment.gaps)
