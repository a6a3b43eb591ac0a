"""What universities and the media bring to a story, and where it stands; the table is new and empty."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0018_search_on_the_board'),
        ('members', '0012_office_lists'),
        ('stories', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='approach',
            name='approach_settled_has_result',
        ),
        migrations.RemoveIndex(
            model_name='approach',
            name='approach_waiting',
        ),
        migrations.AddField(
            model_name='approach',
            name='state',
            field=models.CharField(choices=[('waiting', '事務局が見ています'), ('passed', '取引先へ渡しました'), ('settled', '済みました')], default='waiting', max_length=7, verbose_name='状態'),
        ),
        migrations.AddField(
            model_name='approach',
            name='story',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approaches', to='stories.story', verbose_name='共創事例'),
        ),
        migrations.AddIndex(
            model_name='approach',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['created_at'], name='approach_waiting'),
        ),
        migrations.AddConstraint(
            model_name='approach',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'settled'), _negated=True), models.Q(('settled_at__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='approach_settled_has_result'),
        ),
    ]
