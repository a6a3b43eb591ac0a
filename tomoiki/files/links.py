"""What becomes of uploaded files in the life of a person."""

from typing import Any

from tomoiki.files.models import StoredFile
from tomoiki.web.lifecycle import Carry, Identity, Nothing, PersonLink, Rows, Trace, mask, person_links, person_traces


def _let_go(rows: Any, actor: Any) -> None:
    """What no page uses any more is removed by the sweep; what a page shows is the organisation's."""
    rows.update(uploaded_by=None)


person_links.register(
    PersonLink(
        "files.StoredFile.uploaded_by",
        hand_over=Nothing("A file belongs to what it is attached to, and that is handed over."),
        export=Rows(
            "送ったファイル",
            {
                "name": ("ファイル名", "name"),
                "content_type": ("形式", "content_type"),
                "bytes": ("大きさ（バイト）", "size"),
                "created_at": ("送った日時", "created_at"),
                "address": ("開く先", "url"),
            },
        ),
        erase=Carry(_let_go),
    )
)


def _unname(identity: Identity, actor: Any) -> None:
    """People name files after themselves."""
    mask(StoredFile.objects.filter(uploaded_by=identity.pk), ["name"], identity, "退会した方")


person_traces.register(Trace("names of uploaded files", erase=_unname))
