"""When the organisations that left did so: the moment of their last change."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    organisations = apps.get_model('members', 'Organisation').objects
    organisations.filter(state='withdrawn', withdrawn_at=None).update(withdrawn_at=F('updated_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0002_whole_life'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
