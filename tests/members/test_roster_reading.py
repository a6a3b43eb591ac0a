"""Files as people send them: encodings, sheets, headings, and cells in every spelling."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from members.roster import reading
from members.roster.cells import heading_key
from members.roster.columns import BY_HEADING, BY_NAME, COLUMNS
from members.roster.places import Places
from members.roster.reading import RosterRefused, read_roster
from members.roster.writing import csv_lines, harmless
from members.transitions.roster import RosterError
from tests.factories.roster import corporate_number, csv_of, lines_of, xlsx_of
from tomoiki.files.inspection import UploadRefused, inspect_table

NAMES = [["団体名", "種類"], ["㈱髙﨑①商店", "企業"], ["ＮＰＯ～みほん―の縁側", "NPO等"]]


def names(content: bytes, *, xlsx: bool = False) -> list[str]:
    return [each.cells["name"] for each in read_roster(content, xlsx=xlsx).lines]


def refusal(content: bytes, *, xlsx: bool = False) -> str:
    with pytest.raises(RosterRefused) as caught:
        read_roster(content, xlsx=xlsx)
    return str(caught.value)


# --- encodings and separators ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_encoding_and_separator_are_found_out(encoding: str, separator: str, newline: str) -> None:
    content = csv_of(NAMES, encoding=encoding, separator=separator, newline=newline)
    assert inspect_table(content).content_type == "text/csv"
    assert names(content) == ["㈱髙﨑①商店", "ＮＰＯ～みほん―の縁側"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("団体名,種類\nみほん,企業\n".encode("euc_jp"), "文字コード", id="EUC-JP"),
        pytest.param("団体名,種類\nみほん,企業\n".encode("iso2022_jp"), "文字コード", id="ISO-2022-JP"),
        pytest.param(
            "団体名,種類\nみほん食堂の会,企業\n".encode().decode("cp932", "replace").encode(), "文字化け", id="garbled"
        ),
        pytest.param(
            "団体名,種類\nみほん,企業\n".encode().decode("latin-1").encode(), "文字化け", id="garbled as Latin-1"
        ),
        pytest.param(
            "団体名,種類\n".encode("cp932") + b"\x81\x20\xff\xfe\n", "2行目に、読み取れない文字", id="broken bytes"
        ),
        pytest.param(b"\xef\xbb\xbf", "見出しがある行が見つかりません", id="nothing but a mark"),
        pytest.param("番号,氏名\n1,見本\n".encode(), "「団体名」「種類」などの見出し", id="another list"),
        pytest.param("団体名,種類\n".encode(), "1件も書かれていません", id="headings alone"),
        pytest.param("団体名,種類\n\n,\n  ,　\n".encode(), "1件も書かれていません", id="empty lines alone"),
        pytest.param(
            '団体名,種類\n"みほん,企業\n'.encode() + b"x" * 300_000, "閉じ忘れ", id="a quotation mark never closed"
        ),
        pytest.param(
            "団体名,電話番号,TEL\nみほん,1,2\n".encode(),
            "列が2つあります（「電話番号」と「TEL」）",
            id="two headings, one meaning",
        ),
        pytest.param("団体名,団体名,種類\nみほん,みほん,企業\n".encode(), "列が2つあります", id="a heading twice"),
        pytest.param(
            ("団体名," + ",".join(f"列{n}" for n in range(5_000)) + "\n").encode(),
            "列が多すぎます（5,001列）",
            id="5,001 columns",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_more_lines_than_a_worker_checks_in_time_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert len(read_roster(csv_of(lines_of(3)), xlsx=False).lines) == 3
    assert "行が多すぎます。1回に取り込めるのは3行まで" in refusal(csv_of(lines_of(4)))


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 ...", b"\x89PNG\r\n", b"abc\x00def", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_list_is_not_even_stored(content: bytes) -> None:
    with pytest.raises(UploadRefused):
        inspect_table(content)


def test_a_zip_that_is_a_bomb_or_no_workbook_is_not_even_stored() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * (201 * 1024 * 1024))
    with pytest.raises(UploadRefused, match="大きすぎる"):
        inspect_table(packed.getvalue())
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<document/>")
    with pytest.raises(UploadRefused, match="Excel"):
        inspect_table(word.getvalue())


def test_a_workbook_that_is_broken_inside_is_refused() -> None:
    assert "読み取れませんでした" in refusal(b"PK\x03\x04 no zip at all", xlsx=True)
    whole = io.BytesIO(xlsx_of(NAMES))
    broken = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, content[:300] if "sheet1" in part else content)
    assert "壊れていて" in refusal(broken.getvalue(), xlsx=True)


# --- sheets and headings ---


def test_titles_above_the_headings_empty_lines_and_several_sheets() -> None:
    content = xlsx_of(
        {
            "東部": [
                ["2027年度 会員名簿"],
                [],
                ["", "県 地域福祉課"],
                ["団体・企業名 ※必須", "区　分"],
                ["みほん食堂", "NPO"],
                [],
                ["みほん工業", "企業"],
            ],
            "西部": [["区分", "名称"], ["社協", "みほん社協"]],
            "控え": [["団体名", "種類"], ["古い団体", "企業"]],
            "メモ": [["問い合わせは内線0000へ"]],
        },
        hidden=["控え"],
    )
    roster = read_roster(content, xlsx=True)
    assert [(each.sheet, each.row, each.cells["name"], each.cells["kind"]) for each in roster.lines] == [
        ("東部", 5, "みほん食堂", "NPO"),
        ("東部", 7, "みほん工業", "企業"),
        ("西部", 2, "みほん社協", "社協"),
    ]
    assert roster.notes == [
        "非表示のシート「控え」は読みませんでした。",
        "シート「メモ」には「団体名」「種類」などの見出しがないので、読みませんでした。",
    ]


def test_columns_that_are_not_taken_are_named_and_our_own_are_passed_over() -> None:
    roster = read_roster(
        csv_of([["直すところ", "団体名", "備考", "会費", "もとの行", "種類"], ["x", "みほん", "a", "b", "7", "企業"]]),
        xlsx=False,
    )
    assert roster.notes == ["ファイルの次の列は、取り込まない列です：備考、会費"]
    assert roster.lines[0].cells == {"name": "みほん", "kind": "企業"}


def test_rows_keep_the_number_that_a_spreadsheet_shows_for_them() -> None:
    content = '団体名,活動内容\r\nみほん,"一行目\r\n二行目"\r\n\r\nみほん食堂,\r\n'.encode()
    assert [(each.row, each.cells["name"]) for each in read_roster(content, xlsx=False).lines] == [
        (2, "みほん"),
        (4, "みほん食堂"),
    ]


def test_numbers_days_and_formulas_count_as_what_they_show() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["団体名", "法人番号", "郵便番号", "電話番号", "入会日", "公開", "名簿番号"])
    sheet.append(["みほん", float(corporate_number(5)), 2510024, 466000000, datetime(2024, 4, 1), True, 12.0])  # noqa: DTZ001 - as Excel keeps it
    buffer = io.BytesIO()
    book.save(buffer)
    # A formula with its last result, as Excel stores it.
    source, target = zipfile.ZipFile(buffer), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for part in source.namelist():
            content = source.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b'<c r="G2" t="n"><v>12</v></c>', b'<c r="G2"><f>6*2</f><v>12</v></c>')
                assert b"<f>6*2</f>" in content
            package.writestr(part, content)
    cells = read_roster(target.getvalue(), xlsx=True).lines[0].cells
    assert cells == {
        "name": "みほん",
        "corporate_number": corporate_number(5),
        "postal_code": "2510024",
        "phone": "466000000",
        "joined_on": "2024/04/01",
        "listed_publicly": "はい",
        "roster_key": "12",
    }


def test_merged_cells_hold_their_value_in_the_first_line_only() -> None:
    book = Workbook()
    sheet = book.active
    for row in (["団体名", "種類"], ["みほん", "企業"], ["みほん食堂", None]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    buffer = io.BytesIO()
    book.save(buffer)
    lines = read_roster(buffer.getvalue(), xlsx=True).lines
    assert [each.cells.get("kind", "") for each in lines] == ["企業", ""]


def test_a_sheet_that_lies_about_its_size_is_read_as_far_as_it_goes() -> None:
    source, target = zipfile.ZipFile(io.BytesIO(xlsx_of(NAMES))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for part in source.namelist():
            content = source.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:XFD1048576"')
                content = content.replace(
                    b"</sheetData>",
                    b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData>',
                )
            package.writestr(part, content)
    assert names(target.getvalue(), xlsx=True) == ["㈱髙﨑①商店", "ＮＰＯ～みほん―の縁側"]


def test_no_heading_means_two_columns() -> None:
    words = [(heading_key(word), column.name) for column in COLUMNS for word in (column.header, *column.synonyms)]
    meanings: dict[str, set[str]] = {}
    for key, name in words:
        meanings.setdefault(key, set()).add(name)
    assert {key: names for key, names in meanings.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        *(
            ("団体名", "name"),
            ("団 体 名", "name"),
            ("団体名（必須）", "name"),
            ("※必須 団体名", "name"),
            ("【必須】団体名", "name"),
        ),
        *(
            ("ＴＥＬ", "phone"),
            ("tel.", "phone"),
            ("Ｅ－ｍａｉｌ", "contact_email"),
            ("ﾌﾘｶﾞﾅ", "name_kana"),
            ("Ｎｏ．", "roster_key"),
        ),
        *(("ＨＰ　ＵＲＬ", "website"), ("〒", "postal_code"), ("市町村名", "municipality"), ("団体\n種別", "kind")),
    ],
)
def test_headings_in_every_spelling(heading: str, name: str) -> None:
    found = BY_HEADING.get(heading_key(heading))
    assert found is not None, heading_key(heading)
    assert found.name == name


# --- cells ---


@pytest.fixture
def places(db: None) -> Places:
    return Places()


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("corporate_number", f"T{corporate_number(5)}", corporate_number(5)),
        ("corporate_number", "　", ""),
        ("postal_code", "〒２５１－００２４", "2510024"),
        ("postal_code", "600000", "0600000"),
        ("phone", "466000000", "0466-00-0000"),
        ("phone", "０４５（０００）００００", "045-000-0000"),
        ("name_kana", "みほん の えんがわ", "ミホン ノ エンガワ"),
        ("kind", "社協", ("welfare_council", "")),
        ("kind", "ＮＰＯ法人", ("npo", "")),
        ("kind", "銀行", ("financial", "")),
        ("kind", "自治体", ("municipality", "")),
        ("kind", "その他（商店会）", ("other", "商店会")),
        ("listed_publicly", "○", True),
        ("listed_publicly", "〇", True),
        ("listed_publicly", "不可", False),
        ("listed_publicly", "×", False),
        ("joined_on", "令和元年５月１日", date(2019, 5, 1)),
        ("joined_on", "R6.4.1", date(2024, 4, 1)),
        ("joined_on", "平成30年4月1日", date(2018, 4, 1)),
        ("joined_on", "2024/04/01 00:00", date(2024, 4, 1)),
        ("contact_email", "ＨＡＮＡＫＯ＠mihon.example", "hanako@mihon.example"),
        ("website", "mihon.example", "https://mihon.example"),
        ("portal_id", "１２", 12),
    ],
)
def test_cells_are_read_as_people_write_them(places: Places, column: str, text: str, value: object) -> None:
    assert BY_NAME[column].value(text, places) == value


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("corporate_number", "1.23457E+12", "短くしています"),
        ("corporate_number", "1234567890123", ""),
        ("corporate_number", "123", ""),
        ("postal_code", "25100", ""),
        ("phone", "00-00", ""),
        ("name_kana", "漢字", ""),
        ("kind", "よく分からない", "どの種類の団体か"),
        ("listed_publicly", "たぶん", "読み取れません"),
        ("joined_on", "令和99年1月1日", ""),
        ("joined_on", "いつか", ""),
        ("joined_on", "1850/1/1", "古すぎる"),
        ("contact_email", "a@b, c@d", ""),
        ("contact_email", "hanako", ""),
        ("website", "http://", ""),
        ("portal_id", "K-1", "数字です"),
        ("roster_key", "K" * 61, "長すぎます"),
        ("name", "あ" * 121, ""),
        ("name", "#N/A", "数式のエラー"),
        ("phone", "#ref!", "数式のエラー"),
        ("name", "みほ�", "文字化け"),
    ],
)
def test_what_a_cell_cannot_mean_is_refused_with_a_remedy(places: Places, column: str, text: str, said: str) -> None:
    with pytest.raises(RosterError) as caught:
        BY_NAME[column].value(text, places)
    assert said in caught.value.message
    assert caught.value.remedy.endswith("。") or "例：" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            ("藤沢市", "14205"),
            ("神奈川県藤沢市", "14205"),
            ("藤沢", "14205"),
            ("フジサワシ", "14205"),
            ("ふじさわし", "14205"),
        ),
        *(
            ("14205", "14205"),
            ("142051", "14205"),
            ("１４２０５", "14205"),
            ("横浜市緑区", "14113"),
            ("横浜市 緑区", "14113"),
        ),
        *(
            ("横浜市", "14100"),
            ("鶴見区", "14101"),
            ("足柄上郡中井町", "14361"),
            ("中井町", "14361"),
            ("茅ケ崎市", "14207"),
            ("茅ヶ崎市", "14207"),
        ),
        *(("茅が崎市", "14207"), ("神奈川区", "14102"), ("清川村", "14402")),
    ],
)
def test_a_municipality_by_name_reading_and_code(places: Places, text: str, code: str) -> None:
    found = places.read(text)
    assert found is not None
    assert found.code == code


def test_a_ward_of_two_cities_and_places_elsewhere(places: Places) -> None:
    with pytest.raises(RosterError) as caught:
        places.read("緑区")
    assert caught.value.message == "「緑区」は、2か所にあります。"
    assert "「横浜市緑区」か「相模原市緑区」" in caught.value.remedy
    assert places.read("県外") is None
    with pytest.raises(RosterError):
        places.read("町田市")
    with pytest.raises(RosterError):
        places.read("13101")


def test_an_address_says_where_it_is(places: Places) -> None:
    def code(address: str) -> str:
        found = places.of_address(address)
        return found.code if found else ""

    assert [
        code(each) for each in ("横浜市緑区架空1-1", "神奈川県藤沢市架空", "足柄上郡中井町架空", "東京都架空区", "")
    ] == [
        "14113",
        "14205",
        "14361",
        "",
        "",
    ]


# --- whatever anybody writes ---

WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40)


@given(value=st.one_of(WORDS, st.sampled_from(["=1+1", "+81-45", "-", "@x", "＝A1", "'", "'=x", "\t=1"])))
@settings(max_examples=300, deadline=None)
def test_what_our_csv_writes_no_spreadsheet_takes_for_a_formula_and_we_read_back(value: str) -> None:
    written = harmless(value)
    assert str(written)[:1] not in set("=+-@\t\r\n＝＋－＠") or written == ""
    content = "".join(csv_lines(["団体名", "活動の紹介"], [["みほん", value]])).encode("utf-8")
    cells = read_roster(content, xlsx=False).lines[0].cells
    if not (value.startswith("'") and value[1:2] in set("=+-@\t\r\n＝＋－＠") and len(value) > 1):
        assert cells.get("description", "").strip() == value.strip()


@given(
    rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8), encoding=st.sampled_from(["utf-8-sig", "utf-16"])
)
@settings(max_examples=60, deadline=None)
def test_any_text_comes_through_both_kinds_of_file(rows: list[tuple[str, str]], encoding: str) -> None:
    table = [["団体名", "活動の紹介"], *[[f"団{name}", words] for name, words in rows]]
    by_csv = read_roster(csv_of(table, encoding=encoding), xlsx=False).lines
    assert [each.cells["name"] for each in by_csv] == [f"団{name}" for name, _ in rows]


@given(
    text=st.text(max_size=30),
    column=st.sampled_from([column.name for column in COLUMNS if column.name != "municipality"]),
)
@settings(max_examples=500, deadline=None)
def test_no_cell_brings_anything_down(text: str, column: str) -> None:
    said = ["a value"]
    try:
        BY_NAME[column].value(text, None)  # type: ignore[arg-type]
    except RosterError as error:
        said = [str(error.message), error.remedy]
    assert all(said)


@given(content=st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_file_brings_anything_down(content: bytes) -> None:
    for xlsx in (False, True):
        said = "a roster"
        try:
            read_roster(content, xlsx=xlsx)
        except RosterRefused as refused:
            said = str(refused)
        assert said


def test_the_example_is_a_roster_that_is_read_whole() -> None:
    from members.roster.example import example_file

    content = example_file()
    assert inspect_table(content).extension == "xlsx"
    roster = read_roster(content, xlsx=True)
    assert [each.cells["name"] for each in roster.lines] == ["NPO法人 みほんの縁側", "みほん商店会"]
    assert load_workbook(io.BytesIO(content)).sheetnames == ["名簿", "書き方"]
