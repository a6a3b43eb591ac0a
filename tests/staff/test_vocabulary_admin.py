"""The lists that staff edit: words change and are kept, codes do not."""

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from tomoiki.vocabulary.models import Term
from tomoiki.vocabulary.registrations import store_defaults
from tomoiki.workflow.admin import version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def term():
    return Term.objects.create(vocabulary="theme", code="sea", label="海", help_text="浜辺の清掃など")


def save(client, term, **changes):
    fields = {"label": term.label, "help_text": term.help_text, "order": term.order, "active": "on", **changes}
    return client.post(
        reverse("admin:vocabulary_term_change", args=[term.pk]), {"seen": version_of(term), **fields}, follow=True
    )


def test_new_words_leave_the_old_ones_on_record(client, staff, term):
    save(client, term, label="海と浜")

    term.refresh_from_db()
    (revision,) = term.revisions.all()
    assert term.label == "海と浜"
    assert (revision.label, revision.help_text) == ("海", "浜辺の清掃など")
    page = client.get(reverse("admin:vocabulary_term_change", args=[term.pk])).content.decode()
    assert "まで：海（浜辺の清掃など）" in page


def test_another_order_is_no_new_wording(client, staff, term):
    save(client, term, order=30)

    term.refresh_from_db()
    assert term.order == 30
    assert not term.revisions.exists()


def test_a_code_and_its_list_stay_whatever_is_sent(client, staff, term):
    save(client, term, code="ocean", vocabulary="end_reason", label="大海")

    term.refresh_from_db()
    assert (term.code, term.vocabulary, term.label) == ("sea", "theme", "大海")


def test_a_label_of_spaces_is_none(client, staff, term):
    response = save(client, term, label="　")

    term.refresh_from_db()
    assert term.label == "海"
    assert "入力してください" in response.content.decode() or "書いてください" in response.content.decode()


def test_a_new_term_goes_into_a_list_there_is(client, staff):
    address = reverse("admin:vocabulary_term_add")
    fields = {"vocabulary": "theme", "code": "sea", "label": "海", "help_text": "", "order": "5", "active": "on"}

    client.post(address, {**fields, "vocabulary": "nothing"})
    assert not Term.objects.filter(code="sea").exists()
    client.post(address, fields)
    twice = client.post(address, fields)

    assert Term.objects.get(code="sea").vocabulary == "theme"
    assert "同じコードの選択肢がすでにあります" in twice.content.decode()


def test_a_list_is_filtered_by_its_name(client, staff, term):
    response = client.get(reverse("admin:vocabulary_term_changelist"), {"vocabulary": "end_reason"})

    assert term not in list(response.context["cl"].result_list)


def test_a_migration_back_to_zero_leaves_no_table_to_fill():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE vocabulary_term RENAME TO gone")

    store_defaults(sender=apps.get_app_config("vocabulary"))
