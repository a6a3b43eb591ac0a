"""The index of the search knows the date in a form of its own, so that the planner never walks the board instead.

Made while others write; the one before it goes when it is ready.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0020_search_off_the_board'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='post',
            index=GinIndex('search_terms', 'areas', 'themes', 'resource', 'direction', 'organisation_kind', 'visibility', models.Func('published_at', output_field=models.DateTimeField(), template="(%(expressions)s AT TIME ZONE 'UTC')"), condition=models.Q(('state', 'published')), fastupdate=False, name='post_words'),
        ),
        RemoveIndexConcurrently(
            model_name='post',
            name='post_search',
        ),
    ]
