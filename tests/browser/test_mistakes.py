"""A form that comes back says what is missing, first of all to whoever hears the page instead of seeing it."""

import pytest
from playwright.sync_api import expect

from tests.browser.catalogue import Entry, desk, page
from tests.browser.portal import Portal
from tests.browser.windows import SIZES, Windows, axe_violations, picture_of

pytestmark = pytest.mark.browser

#: Forms, and the button that sends them.
FORMS = [
    (page("members:join"), "保存して次へ"),
    (page("members:join_check", "registering"), "この内容で申し込む"),
    (page("pages:contact"), "事務局に送る"),
    (page("account_login"), "ログインする"),
    (page("matching:post_new", "npo", direction="need"), "確認へ進む"),
    (page("matching:respond", "kigyo", pk="@post_full"), "手を挙げる"),
    (page("matching:introduction", "npo", pk="@introduction_asked"), "この内容でお返事する"),
    (page("matching:report", "npo", pk="@introduction_under_way"), "内容を確かめる"),
    (page("matching:introduction_end", "npo", pk="@introduction_under_way"), "途中で終わる"),
    (page("matching:post_new", "npo", "of food", query="resource=food", direction="offer"), "確認へ進む"),
    (page("matching:post_new", "npo", "of skills", query="resource=skill", direction="offer"), "確認へ進む"),
    (page("matching:pro_bono_apply", token="@call_token", post="@call_need"), "確認のメールを受け取る"),
    (page("matching:need_door", "media", "interview", pk="@call_need", door="interview"), "取材を申し込む"),
    (page("matching:need_door", "kinyu", "passing on", pk="@call_need", door="pass-on"), "取引先に紹介する"),
    (page("conversations:report", kind="post", pk="@giving_part"), "事務局に知らせる"),
    (page("matching:appointment_propose", "npo", pk="@three_joined"), "候補日を送る"),
    (page("matching:ibasho_new", "npo"), "登録する"),
    (page("stories:new", "npo"), "保存して、できあがりを見る"),
    (desk("matching_post_transition", pk="@post_to_check", name="return"), "理由を書いて直しをお願いする"),
    (desk("matching_introduction_add"), "2つを並べて確かめる"),
]


@pytest.mark.parametrize(("entry", "button"), FORMS, ids=lambda each: each.route if isinstance(each, Entry) else "")
def test_an_empty_form_comes_back_with_a_summary_that_is_read_first(
    windows: Windows, portal: Portal, entry: Entry, button: str
) -> None:
    window = windows.of(entry.who, "phone")
    page = window.page
    page.goto(entry.address(portal.ids))
    window.told()
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button, exact=True).click()
    try:
        summary = page.locator("[data-error-summary]")
        expect(summary).to_be_focused()
        summary.get_by_role("link").first.click()
        # The first field, or what stands for it, has the focus.
        focused = page.locator("main :focus")
        expect(focused).to_be_in_viewport()
        assert focused.evaluate("each => each.closest('.field, fieldset').matches(':has([aria-invalid=true])')")
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
        assert [each for each in window.told() if "status of 422" not in each] == []
    except AssertionError as error:
        error.add_note(f"see {picture_of(page, f'mistakes-{entry.label}')}")
        raise
