"""What becomes of the trail when a person asks for their data or is erased."""

from tomoiki.web.lifecycle import Nothing, PersonLink, Rows, person_links

person_links.register(
    PersonLink(
        "audit.Entry.actor",
        hand_over=Nothing("What somebody did stays with them."),
        export=Rows(
            "操作の記録",
            {
                "at": ("日時", "at"),
                "action": ("操作", "action"),
                "object": ("対象", lambda entry: f"{entry.content_type.name} {entry.object_id}"),
                "before": ("前の状態", "before"),
                "after": ("後の状態", "after"),
            },
            rows=lambda rows: rows.select_related("content_type"),
        ),
        erase=Nothing("The trail is append-only and holds codes alone; its actor is an anonymised row from then on."),
    )
)
