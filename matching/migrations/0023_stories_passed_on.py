"""A bank may pass on a story as well as a need."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0022_statistics_of_moments'),
        ('members', '0012_office_lists'),
        ('stories', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='approach',
            name='approach_client_agreed',
        ),
        migrations.AddConstraint(
            model_name='approach',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'passed_on'), _negated=True), models.Q(models.Q(('post__isnull', False), ('story__isnull', False), _connector='OR'), ('agreed_on__isnull', False), models.Q(('agreed_by', ''), _negated=True), models.Q(('client__isnull', False), ('referral__isnull', False), _connector='OR')), _connector='OR'), name='approach_client_agreed'),
        ),
    ]
