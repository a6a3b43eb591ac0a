"""A copy of everything that the portal holds of a person, or that an organisation may take with it.

What belongs into it is declared beside each foreign key (``tomoiki.web.lifecycle``); nobody else's data does.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils import timezone

from members.links.accounts import identity_of
from members.models import Organisation, User
from tomoiki.web.lifecycle import Rows, organisation_links, person_links, person_traces, rows_of

_CHUNK = 500

ACCOUNT = Rows(
    "あなたのアカウント",
    {
        "name": ("お名前", "name"),
        "name_kana": ("フリガナ", "name_kana"),
        "email": ("メールアドレス", "email"),
        "phone": ("電話番号", "phone"),
        "date_joined": ("登録した日時", "date_joined"),
        "last_login": ("最後にログインした日時", "last_login"),
        "is_staff": ("事務局の職員", "is_staff"),
    },
)
PROFILE = Rows(
    "団体の内容",
    {
        "name": ("団体名", "name"),
        "name_kana": ("フリガナ", "name_kana"),
        "kind": ("種類", "kind_label"),
        "corporate_number": ("法人番号", "corporate_number"),
        "postal_code": ("郵便番号", "postal_code"),
        "municipality": ("市区町村", lambda organisation: str(organisation.municipality or "")),
        "address": ("住所", "address"),
        "phone": ("代表電話", "phone"),
        "website": ("ウェブサイト", "website"),
        "description": ("活動の紹介", "description"),
        "stage": ("参加ステージ", "get_stage_display"),
        "themes": ("テーマ", "themes"),
        "areas": ("活動する地域", "areas"),
        "links": ("リンク", "links"),
        "details": ("種類ごとの内容", "details"),
        "audiences": ("項目ごとの公開範囲", "audiences"),
        "state": ("状態", "get_state_display"),
        "applied_at": ("申し込んだ日時", "applied_at"),
        "approved_at": ("承認した日時", "approved_at"),
        "withdrawn_at": ("退会した日時", "withdrawn_at"),
    },
    rows=lambda rows: rows.select_related("municipality"),
)


@dataclass(frozen=True)
class Section:
    """One sort of rows: ``key`` stands in the JSON, ``title`` and the labels are for people."""

    key: str
    export: Rows
    rows: QuerySet[Any]

    @property
    def title(self) -> str:
        return self.export.title

    @property
    def labels(self) -> Mapping[str, str]:
        return {key: label for key, (label, _) in self.export.columns.items()}

    def first(self, number: int) -> list[dict[str, Any]]:
        """The values of the newest ``number`` rows."""
        return [self.export.read(row) for row in self.export.of(self.rows).reverse()[:number]]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The values of all rows, oldest first, read from the database little by little."""
        for row in self.export.of(self.rows).iterator(chunk_size=_CHUNK):
            yield self.export.read(row)


def collect(user: User) -> Iterator[Section]:
    """Everything that the portal holds of ``user``, sort by sort, the empty ones too."""
    yield Section("members.User", ACCOUNT, User.objects.filter(pk=user.pk))
    for link in person_links:
        if isinstance(link.export, Rows):
            yield Section(link.key, link.export, rows_of(link.key, user))
    identity = identity_of(user)
    for trace in person_traces:
        if trace.export is not None and trace.find is not None:
            yield Section(trace.name, trace.export, trace.find(identity))


def collect_of(organisation: Organisation) -> Iterator[Section]:
    """Everything that ``organisation`` may take with it."""
    yield Section("members.Organisation", PROFILE, Organisation.objects.filter(pk=organisation.pk))
    for link in organisation_links:
        if isinstance(link.export, Rows):
            yield Section(link.key, link.export, rows_of(link.key, organisation))


def as_json(sections: Iterator[Section]) -> Iterator[str]:
    """The sections as one JSON document, piece by piece."""
    yield '{"made_at": ' + _json(timezone.now()) + ', "sections": ['
    for number, section in enumerate(sections):
        yield (", " if number else "") + "\n" + "{" + f'"key": {_json(section.key)}, "title": {_json(section.title)}, '
        yield f'"labels": {_json(section.labels)}, "rows": ['
        for line, row in enumerate(section):
            yield (", " if line else "") + "\n  " + _json(row)
        yield "]}"
    yield "\n]}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
