"""Staff search also among what is not on the board; the index is made while others write."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0019_doors_to_stories'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='post',
            index=GinIndex(condition=models.Q(('state', 'published'), _negated=True), fastupdate=False, fields=['search_terms'], name='post_search_off_board'),
        ),
    ]
