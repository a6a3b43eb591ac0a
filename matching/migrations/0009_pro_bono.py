"""Needs that an employer shows to its colleagues, and what came of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import matching.models.pro_bono
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0008_stale_posts'),
        ('members', '0012_office_lists'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProBonoCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='見出し')),
                ('message', models.TextField(blank=True, max_length=1000, verbose_name='社内の方へのことば')),
                ('token', models.CharField(default=matching.models.pro_bono.call_token, editable=False, max_length=64, unique=True)),
                ('closes_on', models.DateField(verbose_name='受け付ける最後の日')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='締め切った日時')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='作った日時')),
                ('idempotency_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('coordinator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='取りまとめる人')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pro_bono_calls', to='members.organisation', verbose_name='団体')),
                ('posts', models.ManyToManyField(related_name='pro_bono_calls', to='matching.post', verbose_name='紹介する困りごと')),
            ],
            options={
                'verbose_name': '社内募集',
                'verbose_name_plural': '社内募集',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ProBonoApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('unconfirmed', 'メールの確認待ち'), ('applied', '申し込みがありました'), ('put_forward', '推薦しました'), ('not_chosen', '今回は見送り'), ('withdrawn', '取り下げ'), ('ended', '活動を終えました')], default='unconfirmed', max_length=12, verbose_name='状態')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='お名前')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='メールアドレス')),
                ('department', models.CharField(blank=True, max_length=60, verbose_name='所属')),
                ('words', models.TextField(blank=True, max_length=500, verbose_name='できること')),
                ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=60), blank=True, default=list, size=None, verbose_name='スキル')),
                ('hours_a_month', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='月に使える時間')),
                ('put_forward_at', models.DateTimeField(blank=True, null=True, verbose_name='推薦した日時')),
                ('own_name_since', models.DateTimeField(blank=True, null=True, verbose_name='個人として続けている日時')),
                ('address_shared', models.BooleanField(default=False, verbose_name='連絡先を伝える')),
                ('thanks', models.TextField(blank=True, max_length=500, verbose_name='お礼のことば')),
                ('thanked_at', models.DateTimeField(blank=True, null=True, verbose_name='お礼の日時')),
                ('link_version', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='申し込んだ日時')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='終わった日時')),
                ('idempotency_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('introduction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pro_bono_applications', to='matching.introduction', verbose_name='おつなぎ')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pro_bono_applications', to='matching.post', verbose_name='困りごと')),
                ('thanks_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='お礼を書いた人')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='matching.probonocall', verbose_name='社内募集')),
            ],
            options={
                'verbose_name': '社内からの申し込み',
                'verbose_name_plural': '社内からの申し込み',
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ProBonoHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worked_on', models.DateField(verbose_name='活動した日')),
                ('hours', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='時間')),
                ('what', models.CharField(blank=True, max_length=100, verbose_name='したこと')),
                ('in_own_name', models.BooleanField(default=False, verbose_name='個人として')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='記録した日時')),
                ('idempotency_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='matching.probonoapplication', verbose_name='申し込み')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='記録した人')),
            ],
            options={
                'verbose_name': 'プロボノの時間',
                'verbose_name_plural': 'プロボノの時間',
                'ordering': ['-worked_on', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='probonocall',
            index=models.Index(fields=['organisation', '-created_at', '-id'], name='pro_bono_call_of'),
        ),
        migrations.AddIndex(
            model_name='probonoapplication',
            index=models.Index(fields=['call', 'post', 'state'], name='pro_bono_application_of'),
        ),
        migrations.AddIndex(
            model_name='probonoapplication',
            index=models.Index(condition=models.Q(('email', ''), _negated=True), fields=['settled_at'], name='pro_bono_settled'),
        ),
        migrations.AddConstraint(
            model_name='probonoapplication',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['unconfirmed', 'applied', 'put_forward']), models.Q(('email', ''), _negated=True)), fields=('call', 'post', 'email'), name='pro_bono_one_application_each', violation_error_message='このメールアドレスでは、もう申し込まれています。'),
        ),
        migrations.AddConstraint(
            model_name='probonoapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'put_forward'), _negated=True), models.Q(('introduction__isnull', False), ('put_forward_at__isnull', False)), _connector='OR'), name='pro_bono_put_forward_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='probonoapplication',
            constraint=models.CheckConstraint(condition=models.Q(('own_name_since', None), ('introduction__isnull', False), _connector='OR'), name='pro_bono_own_name_after_start'),
        ),
        migrations.AddConstraint(
            model_name='probonoapplication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['not_chosen', 'withdrawn', 'ended']), _negated=True), ('settled_at__isnull', False), _connector='OR'), name='pro_bono_settled_has_time'),
        ),
        migrations.AddConstraint(
            model_name='probonohours',
            constraint=models.CheckConstraint(condition=models.Q(('hours__gt', 0), ('hours__lte', 24)), name='pro_bono_hours_of_a_day', violation_error_message='1日の時間は、0.5から24までで入力してください。'),
        ),
    ]
