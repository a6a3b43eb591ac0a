"""Searches that people keep, and how far the search columns are built."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0011_introductions_together_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchBuild',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(blank=True, max_length=100)),
                ('built_until', models.BigIntegerField(default=0)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': '検索用の語の作りなおし',
                'verbose_name_plural': '検索用の語の作りなおし',
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名前')),
                ('conditions', models.JSONField(default=dict, verbose_name='条件')),
                ('rhythm', models.CharField(choices=[('daily', '1日1回、朝にまとめて知らせる'), ('at_once', '載ったら、すぐに知らせる'), ('never', '知らせない（条件だけ残す）')], default='daily', max_length=8, verbose_name='お知らせ')),
                ('looked_until', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='ここまで見た日時')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='次に見る日時')),
                ('idempotency_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='保存した日時')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL, verbose_name='保存した人')),
            ],
            options={
                'verbose_name': '保存した条件',
                'verbose_name_plural': '保存した条件',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedSearchHit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.post')),
                ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hits', to='matching.savedsearch')),
            ],
            options={
                'verbose_name': '知らせた掲載',
                'verbose_name_plural': '知らせた掲載',
            },
        ),
        migrations.AddIndex(
            model_name='savedsearch',
            index=models.Index(condition=models.Q(('rhythm', 'never'), _negated=True), fields=['due_at', 'id'], name='saved_search_due'),
        ),
        migrations.AddConstraint(
            model_name='savedsearchhit',
            constraint=models.UniqueConstraint(fields=('search', 'post'), name='saved_search_hit_once'),
        ),
    ]
