from django.db import migrations
from django.utils import timezone


def begin_histories(apps, schema_editor):
    """What an ibasho says now was true from when it became known on."""
    ibasho = apps.get_model("matching", "Ibasho")
    measure = apps.get_model("matching", "IbashoMeasure")
    rows = ibasho.objects.filter(measures=None).order_by("pk").iterator(chunk_size=1000)
    batch = []
    for each in rows:
        batch.append(
            measure(
                ibasho=each,
                on=timezone.localdate(each.created_at),
                open_days_a_month=each.open_days_a_month,
                people_a_time=each.people_a_time,
            )
        )
        if len(batch) == 1000:
            measure.objects.bulk_create(batch)
            batch = []
    measure.objects.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies = [("matching", "0015_welcome_and_ibasho")]

    operations = [migrations.RunPython(begin_histories, migrations.RunPython.noop, elidable=True)]
