"""Which posts wait for new recommendations, found without stopping those who write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0007_resources_and_search'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='post',
            index=models.Index(condition=models.Q(('stale_at__isnull', False)), fields=['stale_at'], name='post_stale'),
        ),
    ]
