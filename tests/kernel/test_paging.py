"""Pages by key: whatever the rows and wherever one turns back, no row is missed or shown twice."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select, true, union_all

from crm.kernel.database import begin_mode
from crm.kernel.paging import CAP, Key, Page, capped_count, paged

rows_of = st.lists(
    st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 40)), unique_by=lambda r: r[1], max_size=25
)


def _statement(rows: list[tuple[str, int]]) -> Any:
    lines = [select(literal(name).label("name"), literal(number).label("number")) for name, number in rows]
    nothing = select(literal("").label("name"), literal(0).label("number")).where(literal(1) == 0)
    made = union_all(nothing, *lines).subquery()
    return select(made.c.name, made.c.number), made


def _page(app: Flask, rows: list[tuple[str, int]], query: str, size: int) -> Page:
    with app.test_request_context(f"/sign-in?{query}"):
        begin_mode(writes=False)
        statement, made = _statement(rows)
        return paged(statement, [Key(made.c.name, descending=True), Key(made.c.number)], size=size)


def test_pages_forward_and_back_show_every_row_once(app: Flask) -> None:
    @given(rows=rows_of, size=st.integers(1, 7))
    def turn(rows: list[tuple[str, int]], size: int) -> None:
        expected = sorted(rows, key=lambda r: r[1])
        expected.sort(key=lambda r: r[0], reverse=True)
        forward, page = [], _page(app, rows, "", size)
        assert page.prev_url is None
        while True:
            forward.append([tuple(r) for r in page.rows])
            if page.next_url is None:
                break
            page = _page(app, rows, urlsplit(page.next_url).query, size)
        assert [row for shown in forward for row in shown] == expected
        back = [[tuple(r) for r in page.rows]]
        while page.prev_url is not None:
            page = _page(app, rows, urlsplit(page.prev_url).query, size)
            back.insert(0, [tuple(r) for r in page.rows])
        assert back == forward

    # the order of the database is that of code points, like Python's
    turn()


def test_an_unreadable_place_shows_the_first_page(app: Flask) -> None:
    rows = [("甲", n) for n in range(5)]
    first = [tuple(r) for r in _page(app, rows, "", 3).rows]
    for place in ("after=%%%", "after=bm90IGpzb24", "after=eyJhIjoxfQ", "after=WzFd", "before=WzEsMiwzXQ"):
        assert [tuple(r) for r in _page(app, rows, place, 3).rows] == first


def test_filters_stay_while_turning(app: Flask) -> None:
    page = _page(app, [("甲", n) for n in range(5)], "q=泵业&after=", 3)
    assert page.next_url is not None
    assert "q=" in page.next_url


def test_counting_stops_at_a_thousand(app: Flask) -> None:
    with app.app_context():
        ten = union_all(*(select(literal(n).label("n")) for n in range(11))).subquery()
        other, third = ten.alias(), ten.alias()
        many = select(ten.c.n).select_from(ten.join(other, true()).join(third, true()))
        assert capped_count(select(ten.c.n)) == 11
        assert capped_count(many) == CAP + 1
    assert Page([], None, None, CAP + 1).total_text == "1,000+"
    assert Page([], None, None, 214).total_text == "214"
