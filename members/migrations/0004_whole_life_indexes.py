"""Indexes and constraints of tables that are in use: made without stopping those who write meanwhile."""

import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('members', '0003_withdrawn_organisations_have_a_time'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(condition=models.Q(('state', 'approved')), fields=['kind', '-approved_at', '-id'], name='organisation_by_kind'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(condition=models.Q(('state', 'approved')), fields=['stage', '-approved_at', '-id'], name='organisation_by_stage'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(condition=models.Q(('state', 'approved')), fields=['municipality', '-approved_at', '-id'], name='organisation_by_place'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['phone'], name='organisation_phone'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(condition=models.Q(('erased_at', None), ('state', 'withdrawn')), fields=['withdrawn_at'], name='organisation_to_erase'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['themes'], name='organisation_themes'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['areas'], name='organisation_areas'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_text'], name='organisation_search_trgm', opclasses=['gin_trgm_ops']),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_text_members'], name='organisation_search_members', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('roster_key', ''), _negated=True), models.Q(('state__in', ['rejected', 'withdrawn', 'merged']), _negated=True)), fields=('roster_key',), name='organisation_roster_key_unique', violation_error_message='この名簿の番号の団体は、すでに登録されています。'),
        ),
        AddConstraintNotValid(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('state', 'merged')), models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='organisation_merged_into_another'),
        ),
        AddConstraintNotValid(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', False), _connector='OR'), name='organisation_withdrawn_has_time'),
        ),
        ValidateConstraint(model_name='organisation', name='organisation_merged_into_another'),
        ValidateConstraint(model_name='organisation', name='organisation_withdrawn_has_time'),
    ]
