"""Registering by GビズID: away to a real OpenID provider in a real browser, under the portal's own policy, and back."""

import pytest

from tests.browser.portal import Portal
from tests.browser.windows import Windows
from tests.identity.people import NUMBER
from tests.journeys.letters import Letters
from tests.journeys.test_first_match import photographed_if_it_fails, sits_down

pytestmark = pytest.mark.browser

SECRET = "machi-no-akari-7"
ADDRESS = "haruko@midori.example"


@pytest.mark.parametrize(("size", "scripts"), [("phone", True), ("desk", False)])
def test_whoever_has_a_gbizid_types_neither_name_nor_number(
    portal: Portal, windows: Windows, size: str, *, scripts: bool
) -> None:
    letters = Letters(portal.mail_folder)
    mori = sits_down(windows, size, scripts=scripts)
    page = mori.window.page
    with photographed_if_it_fails(mori):
        mori.goes_to("/join/")
        # The provider is somebody else, whom the browser visits because the person pressed a button.
        mori.window.home = "http://127.0.0.1"
        mori.presses("GビズIDで始める")
        page.locator("input[name=login]").fill("prime" if scripts else "member")
        page.locator("input[name=password]").fill("gbiz-password")
        with page.expect_navigation(url="**/join/"):
            page.locator("input[name=password]").press("Enter")
        mori.reads("GビズIDで確認した団体です")
        mori.reads(NUMBER)
        mori.finds("団体名", "架空法人みどりの縁側")
        if not scripts:
            return
        mori.ticks("NPO等")
        mori.writes("団体名のフリガナ", "ミドリノエンガワ")
        mori.selects("市区町村", "藤沢市")
        mori.presses("保存して次へ")
        mori.finds("お名前", "森 春子")
        mori.finds("メールアドレス", ADDRESS)
        mori.presses("保存して次へ")
        mori.reads("架空法人みどりの縁側")
        mori.writes("パスワード", SECRET)
        for words in ("利用規約", "個人情報の取り扱い"):
            mori.ticks(words)
        mori.presses("この内容で申し込む")
        (mail,) = letters.come_to(ADDRESS, "メールアドレスの確認")
        mori.goes_to(letters.link_in(mail, "/account/confirm-email/"))
        mori.presses("確認する")
        letters.come_to(ADDRESS, "「架空法人みどりの縁側」の申込みを受け付けました")
