"""What a post says for its resource and for matching; constant defaults, so nothing is rewritten."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0002_roster'),
        ('matching', '0006_desks_and_groups'),
        ('members', '0012_office_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='post',
            name='carrying',
            field=models.CharField(blank=True, choices=[('delivered', '届ける・届けてもらう'), ('collected', '取りに来てもらう・取りに行く'), ('either', 'どちらでもよい'), ('no_means', '運ぶ手段がない')], max_length=10, verbose_name='運び方'),
        ),
        migrations.AddField(
            model_name='post',
            name='quota',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='同時に受けられる数'),
        ),
        migrations.AddField(
            model_name='post',
            name='search_terms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='post',
            name='season',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='使える月'),
        ),
        migrations.AddField(
            model_name='post',
            name='skills',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None, verbose_name='スキル'),
        ),
        migrations.AddField(
            model_name='post',
            name='stale_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
