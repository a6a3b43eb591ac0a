"""One index for whatever the board is narrowed by, made while others write; the kinds are filled in batches.

What it is searched by (``search_terms``) the task ``rebuild_search`` forms afterwards: that takes the engine's words.
"""

import django.utils.timezone
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

BATCH = 2_000


def fill_kinds(apps, schema_editor):
    posts = apps.get_model('matching', 'Post').objects
    kind = apps.get_model('members', 'Organisation').objects.filter(pk=OuterRef('organisation')).values('kind')
    last = 0
    while pks := list(posts.filter(pk__gt=last).order_by('pk').values_list('pk', flat=True)[:BATCH]):
        last = pks[-1]
        posts.filter(pk__in=pks, organisation_kind='').update(organisation_kind=Subquery(kind))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0017_doors'),
        ('members', '0012_office_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedsearch',
            name='asked_since',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='この条件にした日時'),
        ),
        migrations.AddField(
            model_name='post',
            name='organisation_kind',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=20),
        ),
        migrations.RunPython(fill_kinds, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name='post',
            index=GinIndex(condition=models.Q(('state', 'published')), fastupdate=False, fields=['search_terms', 'areas', 'themes', 'resource', 'direction', 'organisation_kind', 'visibility', 'published_at'], name='post_search'),
        ),
        RemoveIndexConcurrently(
            model_name='post',
            name='post_search_trgm',
        ),
    ]
