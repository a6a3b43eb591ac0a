"""The office's list in its order, and numbers of whatever state: made without stopping those who write meanwhile."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('members', '0011_words_for_joining'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(condition=models.Q(('corporate_number', ''), _negated=True), fields=['corporate_number'], name='organisation_number'),
        ),
        AddIndexConcurrently(
            model_name='organisation',
            index=models.Index(models.Case(models.When(state='applied', then=models.Value(0)), default=models.Value(1), output_field=models.IntegerField()), models.Case(models.When(state='applied', then=models.F('applied_at'))), models.OrderBy(models.F('approved_at'), descending=True, nulls_last=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('state', 'draft'), _negated=True), name='organisation_office'),
        ),
    ]
