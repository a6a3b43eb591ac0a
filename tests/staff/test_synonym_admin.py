"""Synonyms that staff edit: the search follows them, and the shipped ones never come back over an edit."""

import pytest
from django.apps import apps
from django.urls import reverse

from tomoiki.text.synonyms import Synonyms
from tomoiki.vocabulary.models import SynonymGroup
from tomoiki.vocabulary.registrations import store_defaults
from tomoiki.vocabulary.synonyms import current, version
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db


def add(client, **changes):
    fields = {"words": "めだか\nひめだか", "direction": "equal", "note": "", "active": "on", **changes}
    return client.post(reverse("admin:vocabulary_synonymgroup_add"), fields, follow=True)


def save(client, group, **changes):
    fields = {"words": "\n".join(group.words), "direction": group.direction, "note": group.note, "active": "on"}
    return client.post(
        reverse("admin:vocabulary_synonymgroup_change", args=[group.pk]),
        {"seen": version_of(group), **fields, **changes},
        follow=True,
    )


def test_the_shipped_groups_are_there_from_the_start():
    assert current().version() == Synonyms.shipped().version()
    assert "自治会" in current().found_by("町内会")


def test_without_rows_the_shipped_ones_serve():
    SynonymGroup.objects.all().delete()

    assert current() is Synonyms.shipped()


def test_a_new_group_is_searched_with_at_once(client, staff):
    before = version()

    add(client)

    assert current().found_by("めだか") == ["ひめだか"]
    assert version() != before


def test_a_broader_word_is_not_found_by_the_narrower(client, staff):
    add(client, words="小魚\nめだか\nどじょう", direction="broader")

    assert set(current().found_by("小魚")) == {"めだか", "どじょう"}
    assert current().found_by("めだか") == []


def test_an_edit_outlives_the_next_release(client, staff):
    group = SynonymGroup.objects.get(code="equal:社協")

    save(client, group, words="社協\n社会福祉協議会\n福祉の窓口")
    store_defaults(apps.get_app_config("vocabulary"))

    group.refresh_from_db()
    assert group.words == ["社協", "社会福祉協議会", "福祉の窓口"]
    assert current().found_by("社協") == ["社会福祉協議会", "福祉の窓口"]


def test_a_group_out_of_use_is_not_searched_with_and_stays_so(client, staff):
    group = SynonymGroup.objects.get(code="equal:社協")

    save(client, group, active="")
    store_defaults(apps.get_app_config("vocabulary"))

    assert SynonymGroup.objects.filter(code="equal:社協").count() == 1
    assert current().found_by("社協") == []


def test_one_query_tells_that_nothing_changed(django_assert_num_queries):
    current()

    with django_assert_num_queries(1):
        current()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("めだか", "2つ以上"),
        ("めだか、めだか", "同じことばとして扱われます"),
        ("子ども食堂\nこども食堂", "同じことばとして扱われます"),
        ("めだか\nの", "検索で使えることばではありません"),
        ("めだか\n" + "長" * 41, "長すぎます"),
        ("\n".join(f"めだか{number}号" for number in range(61)), "60語まで"),
    ],
)
def test_what_makes_no_group_is_told(client, staff, words, told):
    before = SynonymGroup.objects.count()

    page = add(client, words=words).content.decode()

    assert told in page
    assert SynonymGroup.objects.count() == before


def test_words_may_be_written_on_lines_or_after_commas(client, staff):
    add(client, words="　めだか、ひめだか\n\n青めだか ")

    assert SynonymGroup.objects.get(words__contains=["ひめだか"]).words == ["めだか", "ひめだか", "青めだか"]


def test_the_page_shows_what_each_word_finds(client, staff):
    group = SynonymGroup.objects.get(code="equal:社協")

    page = client.get(reverse("admin:vocabulary_synonymgroup_change", args=[group.pk])).content.decode()

    assert "いま、さがすと見つかることば" in page
    assert "「社協」：社会福祉協議会" in page


def test_a_group_is_found_in_the_list_by_any_of_its_words(client, staff):
    page = client.get(reverse("admin:vocabulary_synonymgroup_changelist"), {"q": "社会福祉協議会"}).content.decode()

    assert "社協・社会福祉協議会" in page
