"""PDFs: tagged for screen readers, in Japanese, and deaf to what users type."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tomoiki.documents.pdf import DocumentError, RegistrationCertificate, registration_certificate, render_pdf


def certificate(**changes: Any) -> PdfReader:
    content: dict[str, Any] = {
        "organisation": "NPO法人 ひなたの庭",
        "kind": "NPO等",
        "number": "2027-0001",
        "registered_on": date(2027, 4, 1),
        "issued_on": date(2027, 4, 2),
        "issuer": "ともいき社会推進コンソーシアム",
    }
    return PdfReader(io.BytesIO(registration_certificate(RegistrationCertificate(**(content | changes)))))


def text_of(reader: PdfReader) -> str:
    return "".join(page.extract_text() for page in reader.pages).replace(" ", "").replace("\n", "")


def roles_in(node: Any, found: set[str] | None = None) -> set[str]:
    """The structure types below ``node`` of the tag tree."""
    found = set() if found is None else found
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            roles_in(each, found)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            found.add(str(node["/S"]))
        if "/K" in node:
            roles_in(node["/K"], found)
    return found


def test_a_certificate_says_in_japanese_who_belongs_since_when() -> None:
    reader = certificate()
    assert len(reader.pages) == 1
    text = text_of(reader)
    for words in (
        "登録証",
        "ひなたの庭",
        "2027-0001",
        "2027年4月1日",
        "2027年4月2日",
        "ともいき社会推進コンソーシアム",
    ):
        assert words in text, words


def test_a_certificate_is_tagged_and_declares_pdf_ua_1() -> None:
    reader = certificate()
    root: Any = reader.trailer["/Root"].get_object()
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "ja-JP"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    roles = roles_in(root["/StructTreeRoot"].get_object())
    assert {"/H1", "/P", "/Table", "/TR", "/TH", "/TD"} <= roles
    assert reader.metadata is not None
    assert "ひなたの庭" in str(reader.metadata.title)


@pytest.mark.parametrize(
    "typed",
    [
        "#panic(1)",
        '#read("layout.typ")',
        "*太字* _斜体_ `コード`",
        "$x^2$ // 消える",
        "= 見出し <label> @ref",
        "\\u{41} \\ 改行",
        '"} #let x = ("',
    ],
)
def test_what_a_user_typed_stands_there_as_it_was_typed(typed: str) -> None:
    reader = certificate(organisation=typed)
    assert typed.replace(" ", "") in text_of(reader)


def test_invisible_signs_and_a_very_long_name_leave_one_page() -> None:
    reader = certificate(organisation="ひなた\u200b\u202eの庭" + "とても長い名前の" * 14)
    assert len(reader.pages) == 1
    assert "ひなたの庭とても長い" in text_of(reader)


def test_the_time_of_making_stands_in_the_properties() -> None:
    made_at = datetime(2027, 4, 2, 3, 4, 5, tzinfo=UTC)
    data = {"organisation": "a", "kind": "b", "number": "c", "registered_on": "d", "issued_on": "e", "issuer": "f"}
    reader = PdfReader(io.BytesIO(render_pdf("registration_certificate", data, made_at=made_at)))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == made_at


def test_a_template_without_its_data_says_which_it_is() -> None:
    with pytest.raises(DocumentError, match="registration_certificate"):
        render_pdf("registration_certificate", {"organisation": "ひなたの庭"})


def test_only_the_fonts_that_come_along_are_used() -> None:
    resources: Any = [page["/Resources"] for page in certificate().pages]
    fonts = {str(font.get_object()["/BaseFont"]) for each in resources for font in each["/Font"].values()}
    assert fonts
    assert all("BIZUDPGothic" in font for font in fonts), fonts
