"""Who looks after a post, filled in batches; then what guards the new columns, without stopping those who write."""

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

BATCH = 2_000


def fill_contact(apps, schema_editor):
    posts = apps.get_model('matching', 'Post').objects
    while pks := list(posts.filter(contact=None).order_by('pk').values_list('pk', flat=True)[:BATCH]):
        posts.filter(pk__in=pks).update(contact=models.F('author'))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('matching', '0004_relay'),
    ]

    operations = [
        migrations.RunPython(fill_contact, migrations.RunPython.noop),
        AddIndexConcurrently(
            model_name='post',
            index=models.Index(condition=models.Q(('on_behalf_of__isnull', False)), fields=['on_behalf_of', '-created_at'], name='post_for_group'),
        ),
        AddConstraintNotValid(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('group__isnull', True), ('desk__isnull', False), _connector='OR'), name='participant_group_has_desk'),
        ),
        AddConstraintNotValid(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(('answer_channel', 'online'), ('answer_received_on__isnull', False), _connector='OR'), name='participant_told_answer_has_day', violation_error_message='お返事が届いた日を入力してください。'),
        ),
        AddConstraintNotValid(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('on_behalf_of__isnull', True), ('state', 'draft'), models.Q(models.Q(('group_agreed_by', ''), _negated=True), ('group_agreed_on__isnull', False)), _connector='OR'), name='post_for_group_has_agreement', violation_error_message='地域の団体から、いつ、どのように承諾をもらったかを入力してください。'),
        ),
        ValidateConstraint(model_name='participant', name='participant_group_has_desk'),
        ValidateConstraint(model_name='participant', name='participant_told_answer_has_day'),
        ValidateConstraint(model_name='post', name='post_for_group_has_agreement'),
    ]
