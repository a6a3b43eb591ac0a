"""The 回覧板 and the slip: what stands on the paper, who may print it, and that words stay words."""

import io
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from matching.enums import PostState
from matching.models import Post
from matching.papers import sheet, slip
from members.enums import AffiliationRole
from tests.documents.test_pdf import roles_in, text_of
from tests.factories.matching import OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.matching.relayed import answered, clerk_of, group_of, need_of, side_of, told_yes

pytestmark = pytest.mark.django_db

URL = "https://tomoiki.example/posts/1/"


def paper(post: Post, **more: Any) -> PdfReader:
    return PdfReader(io.BytesIO(sheet(post, url=URL, **more)))


def need(**more: Any) -> Post:
    return need_of(
        group_of(),
        **{
            "body": "朝から昼まで組みます。\n道具はあります。\n\n飾りつけもお願いします。",
            "available_from": date(2027, 7, 10),
            "available_until": date(2027, 7, 10),
            "time_from": time(8),
            "quantity": 10,
            "unit": "people",
            **more,
        },
    )


@pytest.mark.parametrize("readings", [True, False])
def test_a_sheet_says_all_that_is_needed_on_one_page(readings: bool) -> None:
    post = need()
    reader = paper(post, readings=readings)
    assert len(reader.pages) == 1
    text = text_of(reader)
    for words in (
        "回覧",
        "夏祭りのやぐらを組む人手" if not readings else "やぐらを",
        "藤沢市",
        "道具はあります" if not readings else "はあります",
        post.organisation.phone,
        "きりとり",
        "お名前",
        "できること",
    ):
        assert words in text, words
    assert ("なつまつ" in text) is readings
    assert ("うみかぜちょうないかい" in text) is readings


def test_a_sheet_is_tagged_and_names_its_language() -> None:
    reader = paper(need())
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"].lower().startswith("ja")
    assert {"H1", "H2", "P", "Figure"} <= {role.removeprefix("/") for role in roles_in(root["/StructTreeRoot"])}
    assert reader.metadata is not None
    assert reader.metadata.title == "回覧板：夏祭りのやぐらを組む人手"


def test_a_long_text_goes_on_and_the_strip_stays_whole() -> None:
    reader = paper(need(body="草取りを手伝ってくださる方を、さがしています。\n\n" * 80))
    assert len(reader.pages) > 1
    assert "きりとり" in reader.pages[-1].extract_text().replace(" ", "")


def test_words_of_a_user_are_words() -> None:
    nasty = '#panic("x") *太字* $1$ \\ <b> "引用" // 注'
    post = need(title="#set page(fill: red)", body=nasty, area_note="@見出し", quantity_note="[角]")
    text = text_of(paper(post, readings=False))
    assert "#setpage(fill:red)" in text
    assert '#panic("x")*太字*$1$\\<b>"引用"//注' in text


def test_a_hidden_name_does_not_stand_on_the_paper() -> None:
    text = text_of(paper(need(group_named=False), readings=False))
    assert "藤沢市内の町内会" in text
    assert "海風" not in text


def test_an_offer_has_a_paper_of_its_own() -> None:
    assert "使ってみたいです" in text_of(paper(OfferFactory(), readings=False))


def test_its_own_people_print_what_is_on_the_board(client: Client) -> None:
    post = PostFactory()
    page = reverse("matching:sheet", args=[post.pk])
    client.force_login(somebody_of(post.organisation))
    for query in ("", "?ruby=0"):
        response = client.get(page + query)
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert response.content.startswith(b"%PDF")
    html = client.get(post.get_absolute_url()).content.decode()
    assert page in html
    assert "にかかわらず印刷されます" in html
    draft = PostFactory(organisation=post.organisation, state=PostState.DRAFT)
    assert client.get(reverse("matching:sheet", args=[draft.pk])).status_code == 404
    client.force_login(member_of(post.organisation, AffiliationRole.VIEWER))
    assert client.get(page).status_code == 403
    for person in (somebody_of(OrganisationFactory()), StaffFactory()):
        client.force_login(person)
        assert client.get(page).status_code == 404


def test_a_slip_tells_the_news_in_large_type(client: Client) -> None:
    group = group_of()
    introduction = told_yes(answered(need_of(group)), group)
    text = text_of(PdfReader(io.BytesIO(slip(introduction, side_of(introduction, group), readings=False))))
    for words in ("海風町内会さん", "見本工務店さんと、いっしょにすすめることになりました", group.desk.phone):
        assert words in text
    client.force_login(clerk_of(group))
    response = client.get(reverse("matching:group_slip", args=[introduction.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert "うみかぜちょうないかい" in text_of(PdfReader(io.BytesIO(response.content)))
