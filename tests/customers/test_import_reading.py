"""From bytes to rows: what an office's files hold, and what is refused with a sentence."""

import io
import zipfile

import pytest

from crm.customers.archive.fields import ASKED
from crm.customers.importing import reading, unpacking
from crm.customers.importing.headings import WORDS, find, key_of
from crm.customers.importing.reading import read
from crm.kernel.errors import Refused

from .sheets import HEAD, csv_of, xlsx_of

pytestmark = pytest.mark.rule("ARC-15")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_of_an_office(encoding):
    (table,) = read(csv_of(HEAD, "云州恒拓精密机械有限公司,,云南,云州市,,", encoding=encoding))
    assert table.rows[0] == (1, HEAD.split(","))
    assert table.rows[1][1][0] == "云州恒拓精密机械有限公司"


def test_rows_keep_the_numbers_people_see():
    (table,) = read(csv_of(HEAD, "", "甲公司,,,,,", ",,,,,", '"乙\n公司",,,,,'))
    assert [number for number, _cells in table.rows] == [1, 3, 5]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_columns_may_be_parted_by_tabs_or_semicolons(delimiter):
    (table,) = read(csv_of(HEAD.replace(",", delimiter), delimiter.join("甲乙丙丁戊己")))
    assert table.rows[1][1] == list("甲乙丙丁戊己")


def test_a_workbook_gives_its_visible_sheets_with_values_as_text():
    tables = read(
        xlsx_of(
            ("旧表", [["客户名称"], ["不该出现"]]),
            (
                "名单",
                [["客户名称", "人数", "电话"], None, ["甲公司", ("1+1", 2), 13800001057.0], ["乙公司", 2.5]],
            ),
            hidden=["旧表"],
        )
    )
    assert [t.name for t in tables] == ["名单"]
    assert tables[0].rows[1] == (3, ["甲公司", "2", "13800001057"])
    assert tables[0].rows[2][1][:2] == ["乙公司", "2.5"]


def test_rows_are_counted_from_the_top_of_the_sheet_even_where_it_begins_lower():
    (table,) = read(xlsx_of(("名单", [None, None, [None, "客户名称"], [None, "甲公司"]])))
    assert [number for number, _cells in table.rows] == [3, 4]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空"),
        (b"  \r\n", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是表格"),
        (b"PK\x03\x04 broken", "损坏"),
        (csv_of(HEAD, '"甲公司,,,,,'), "引号"),
        (b"\xff\x81\x81\xff", "编码"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(data, says):
    with pytest.raises(Refused) as refused:
        read(data)
    assert says in refused.value.text
    assert "file" in refused.value.fields


def test_an_archive_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(Refused, match=r"不是 .xlsx"):
        read(out.getvalue())


def test_a_damaged_workbook_is_refused():
    good = xlsx_of(("名单", [["客户名称"], ["甲公司"]]))
    with pytest.raises(Refused, match="损坏"):
        read(good[: len(good) // 2])


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(Refused, match="解开后超过"):
        read(_bomb(20_000_000))


def test_a_bomb_that_lies_about_its_size_is_refused_as_well(monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 1_000_000)
    size = 20_000_000
    lying = _bomb(size).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(Refused, match="解开后超过"):
        read(lying)


def _bomb(size: int) -> bytes:
    out = io.BytesIO(xlsx_of(("名单", [["客户名称"], ["甲公司"]])))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * size)
    return out.getvalue()


def _sheet(rows: str, **parts: str) -> bytes:
    """A workbook whose only sheet has these rows, written as XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of(("名单", [])))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in good.namelist():
            text = good.read(name).decode()
            archive.writestr(name, text.replace("<sheetData></sheetData>", f"<sheetData>{rows}</sheetData>"))
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r = 'A1'><v>1</v></c><c s=\"1\" t='n' r='xfd1'><v>1</v></c></row>",
        '<row r="1048576"><c><v>1</v></c></row>',
        '<x:row xmlns:x="x" r="1048576"><x:c><x:v>1</x:v></x:c></x:row>',
        f"<row>{'<c><v>1</v></c>' * 201}</row>",
        '<row><c r="GR1"><v>1</v></c><c><v>1</v></c></row>',
        f"{'<row><c><v>1</v></c><!--</row>-->' * 101}{'<c><v>1</v></c>' * 120}{'</row>' * 101}",
        f'<row><c r="GQ1"/></row>{"<row/>" * 40_000}<row><c/></row>',
    ],
)
def test_a_cell_far_out_is_refused_before_a_grid_is_made_for_it(rows, monkeypatch):
    monkeypatch.setattr(reading, "CalamineWorkbook", None)  # not reached
    with pytest.raises(Refused, match="工作表太大"):
        read(_sheet(rows))


def test_an_empty_row_far_down_does_no_harm():
    (table,) = read(
        _sheet('<row r="1"><c r="B1"><v>1</v></c><c><v>2</v></c></row><row r="1048576" ht="20"/>')
    )
    assert table.rows[0][1][-2:] == ["1", "2"]


def test_a_sheet_with_entities_or_broken_tags_is_refused():
    for rows in ("<row><c></row>", '<row r="²"><c/></row>', '<row><c r="1A"/></row>'):
        with pytest.raises(Refused, match="损坏"):
            read(_sheet(rows))


def test_an_archive_that_is_two_kinds_of_workbook_is_refused():
    with pytest.raises(Refused, match=r"不是 .xlsx"):
        read(_sheet("<row><c r='A1'><v>1</v></c></row>", **{"content.xml": "<x/>"}))


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert read(csv_of(HEAD, "甲,,,,,", "乙,,,,,", "丙,,,,,"))
    with pytest.raises(Refused, match="超过 3 行"):
        read(csv_of(HEAD, "甲,,,,,", "乙,,,,,", "丙,,,,,", "丁,,,,,"))


# --- headings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("客户名称", "name"),
        ("单位全称", "name"),
        (" 公司 名称* ", "name"),
        ("name", "name"),
        ("统一社会信用代码\n（税号）", "uscc"),
        ("纳税人识别号", "uscc"),
        ("industry_class", "industry"),
        ("年营业额（万元）", "yearly_revenue_fen"),
        ("联系人", "contact_name"),
        ("手机号码", "contact_mobile"),
        ("Ｅmail", "contact_email"),
        ("法定代表人", "legal_name"),
        ("legal_representative", "legal_name"),
        ("法定代表人年龄", "legal_age"),
        ("负责人", "owner"),
        ("employees", "staff"),
        ("注册资本(万元)", ""),  # what is registered is not what a company owns
        ("收集日期", ""),  # the day of the import counts
        ("简称", ""),
    ],
)
def test_headings_are_known_by_their_many_names(heading, key):
    assert key_of(heading) == key


def test_every_field_of_the_archive_has_a_heading():
    missing = [
        f.key for f in ASKED if f.key not in ("collected_on", "source_channel") and key_of(f.key) != f.key
    ]
    assert missing == []


def test_no_word_means_two_columns():
    words = [word for said in WORDS.values() for word in said.split()]
    assert len(words) == len(set(words))


def test_headings_may_stand_below_a_title():
    rows = [
        (1, ["××公司客户档案总表", ""]),
        (2, ["制表：内勤", ""]),
        (4, ["客户名称", "内部评分"]),
        (5, ["甲公司", "7"]),
    ]
    found = find(rows)
    assert found.row == 4
    assert [(c.heading, c.key) for c in found.columns] == [("客户名称", "name"), ("内部评分", "")]


def test_of_two_columns_of_one_kind_the_second_keeps_its_heading_only():
    found = find([(1, ["公司名称", "电话", "联系电话"])])
    assert [c.key for c in found.columns] == ["name", "phone", ""]


def test_without_a_column_for_the_name_there_are_no_headings():
    assert find([(1, ["省份", "城市", "地址"])]) is None
