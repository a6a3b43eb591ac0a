"""Every organisation that ever applied gets its rounds, as far as its trail remembers them."""

from django.db import migrations, transaction

BATCH = 500
FIELDS = (
    "kind",
    "kind_other",
    "name",
    "corporate_number",
    "name_kana",
    "postal_code",
    "address",
    "phone",
    "website",
    "description",
    "stage",
    "listed_publicly",
)
HANDED_IN = ("organisation.applied", "organisation.resubmitted")
DECIDED = ("organisation.approved", "organisation.returned", "organisation.rejected")


def _content(organisation, changed_since):
    """What stands there now, without what was changed since: the trail keeps no values."""
    data = {name: getattr(organisation, name) for name in FIELDS}
    data["municipality"] = organisation.municipality.code if organisation.municipality else ""
    return {name: value for name, value in data.items() if name not in changed_since}


def _rounds(model, organisation, trail):
    rounds = []
    changed_since = set()
    for entry in trail:
        if entry.action in HANDED_IN:
            changed_since = set()
            rounds.append(
                model(
                    organisation=organisation,
                    number=len(rounds) + 1,
                    submitted_at=entry.at,
                    submitted_by_id=entry.actor_id,
                )
            )
        elif entry.action in DECIDED and rounds and not rounds[-1].decision:
            rounds[-1].decision = entry.action.partition(".")[2]
            rounds[-1].decided_at = entry.at
            rounds[-1].decided_by_id = entry.actor_id
        elif entry.action == "organisation.updated":
            changed_since |= set(entry.fields)
    if not rounds:
        rounds.append(model(organisation=organisation, number=1, submitted_at=organisation.applied_at))
    last = rounds[-1]
    last.data = _content(organisation, changed_since)
    if organisation.state in ("returned", "rejected"):
        last.message = organisation.staff_message
    if not last.decision and organisation.state != "applied":
        # Decided without a trail: by hand, or before there was one.
        last.decision = organisation.state if organisation.state in ("returned", "rejected") else "approved"
        last.decided_at = organisation.approved_at or organisation.updated_at
    return rounds


def remember(apps, schema_editor):
    Organisation = apps.get_model("members", "Organisation")
    application_round = apps.get_model("members", "ApplicationRound")
    Entry = apps.get_model("audit", "Entry")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind = ContentType.objects.filter(app_label="members", model="organisation").first()
    last = 0
    while True:
        with transaction.atomic():
            batch = list(
                Organisation.objects.filter(pk__gt=last, applied_at__isnull=False, rounds__isnull=True)
                .exclude(state="draft")
                .select_related("municipality")
                .order_by("pk")[:BATCH]
            )
            if not batch:
                return
            trails = {each.pk: [] for each in batch}
            if kind is not None:
                actions = (*HANDED_IN, *DECIDED, "organisation.updated")
                found = Entry.objects.filter(content_type=kind, object_id__in=list(trails), action__in=actions)
                for entry in found.order_by("at", "pk"):
                    trails[entry.object_id].append(entry)
            application_round.objects.bulk_create(
                [row for each in batch for row in _rounds(application_round, each, trails[each.pk])]
            )
            last = batch[-1].pk


class Migration(migrations.Migration):
    # Each batch in a transaction of its own, so that nobody waits for all of them.
    atomic = False

    dependencies = [
        ("members", "0005_merge_kept_back"),
        ("audit", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Back: the rounds stay, they tell the truth; the table itself goes with 0002.
    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
