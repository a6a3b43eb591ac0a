"""What guards and finds the new columns, without stopping those who write.

A side is now one organisation with one group at most once: a desk may speak for both sides of an introduction.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

BY_ORGANISATION = models.UniqueConstraint(fields=['introduction', 'organisation'], name='participant_once')
BY_GROUP = models.UniqueConstraint(
    fields=['introduction', 'organisation', 'group'], nulls_distinct=False, name='participant_once'
)


def swap(columns, nulls=''):
    """Build the new index first, so that at no moment nothing guards."""
    return [
        'DROP INDEX CONCURRENTLY IF EXISTS participant_once_new',
        f'CREATE UNIQUE INDEX CONCURRENTLY participant_once_new ON matching_participant ({columns}) {nulls}',
        (
            'ALTER TABLE matching_participant DROP CONSTRAINT participant_once, '
            'ADD CONSTRAINT participant_once UNIQUE USING INDEX participant_once_new'
        ),
    ]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0010_introductions_together'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    swap('introduction_id, organisation_id, group_id', 'NULLS NOT DISTINCT'),
                    swap('introduction_id, organisation_id'),
                ),
            ],
            state_operations=[
                migrations.RemoveConstraint(model_name='participant', name=BY_ORGANISATION.name),
                migrations.AddConstraint(model_name='participant', constraint=BY_GROUP),
            ],
        ),
        AddConstraintNotValid(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('asked', True), ('answer', 'waiting'), _connector='OR'), name='participant_answers_when_asked'),
        ),
        ValidateConstraint(model_name='participant', name='participant_answers_when_asked'),
        AddIndexConcurrently(
            model_name='introduction',
            index=models.Index(condition=models.Q(('inquiry__isnull', False)), fields=['inquiry', 'id'], name='introduction_of_inquiry'),
        ),
    ]
