"""What an introduction is for, and what banks, universities and media bring; a constant default, nothing rewritten."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0016_first_measures'),
        ('members', '0012_office_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='introduction',
            name='purpose',
            field=models.CharField(choices=[('help', 'お手伝い'), ('research', '調査・研究'), ('interview', '取材')], default='help', max_length=9, verbose_name='目的'),
        ),
        migrations.CreateModel(
            name='Approach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('research', '研究に関わる'), ('passed_on', '取引先に紹介する'), ('interview', '取材したい'), ('information', '情報を寄せる')], max_length=11, verbose_name='申し出')),
                ('message', models.TextField(max_length=1000, verbose_name='内容')),
                ('deadline', models.CharField(blank=True, max_length=60, verbose_name='締め切り')),
                ('agreed_by', models.CharField(blank=True, choices=[('meeting', '会って聞いた'), ('phone', '電話で聞いた'), ('written', '書面・ファクスでもらった'), ('mail', 'メールでもらった')], max_length=10, verbose_name='取引先の承諾')),
                ('agreed_on', models.DateField(blank=True, null=True, verbose_name='承諾をもらった日')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='申し出た日時')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='済んだ日時')),
                ('result', models.CharField(blank=True, choices=[('connected', 'おつなぎした'), ('answered', 'お返事した'), ('used', 'お知らせに生かした'), ('nothing', '今回は見送った')], max_length=10, verbose_name='どうなったか')),
                ('answer', models.TextField(blank=True, max_length=1000, verbose_name='事務局からのお返事')),
                ('idempotency_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.organisation', verbose_name='紹介した取引先')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申し出た人')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approaches', to='members.organisation', verbose_name='団体')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approaches', to='matching.post', verbose_name='困りごと・できること')),
                ('referral', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.referral', verbose_name='紹介のリンク')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='済みにした人')),
            ],
            options={
                'verbose_name': '大学・金融機関・報道からの申し出',
                'verbose_name_plural': '大学・金融機関・報道からの申し出',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['organisation', '-created_at', '-id'], name='approach_of_organisation'), models.Index(condition=models.Q(('settled_at', None)), fields=['created_at'], name='approach_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'passed_on'), _negated=True), models.Q(('agreed_on__isnull', False), ('post__isnull', False), models.Q(('agreed_by', ''), _negated=True), models.Q(('client__isnull', False), ('referral__isnull', False), _connector='OR')), _connector='OR'), name='approach_client_agreed'), models.CheckConstraint(condition=models.Q(models.Q(('result', ''), ('settled_at', None)), models.Q(('settled_at__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='approach_settled_has_result')],
            },
        ),
    ]
