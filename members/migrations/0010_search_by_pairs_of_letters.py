"""Indexes that find words of one and two characters too, and the list in the order of readings."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Coalesce, Collate, NullIf


def grams_of(field):
    return models.Func(
        models.F(field),
        function='text_grams',
        output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('members', '0009_roster'),
        ('text', '0002_grams'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(grams_of('search_text'), name='organisation_search'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(grams_of('search_text_members'), name='organisation_members_search'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(Collate(Coalesce(NullIf('name_kana', models.Value('')), 'name_normalised'), 'C'), models.F('id'), name='organisation_by_kana', condition=models.Q(state='approved')),
        ),
        RemoveIndexConcurrently(model_name='organisation', name='organisation_search_trgm'),
        RemoveIndexConcurrently(model_name='organisation', name='organisation_search_members'),
    ]
