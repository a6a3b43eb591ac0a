"""What posts mean as vectors, which pairs seem to fit, and what somebody said does not fit."""

import django.db.models.deletion
import django.utils.timezone
import pgvector.django.indexes
import pgvector.django.vector
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0013_favourites_and_what_was_pointed_out'),
        ('members', '0012_office_lists'),
        # Has the vector extension.
        ('text', '0001_extensions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PostEmbedding',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='embedding', serialize=False, to='matching.post', verbose_name='掲載')),
                ('direction', models.CharField(choices=[('need', '困りごと'), ('offer', 'できること')], max_length=5, verbose_name='困りごと・できること')),
                ('vector', pgvector.django.vector.VectorField(dimensions=384, verbose_name='ベクトル')),
                ('model', models.CharField(max_length=100, verbose_name='モデル')),
                ('text_hash', models.CharField(max_length=64)),
                ('computed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='計算した日時')),
            ],
            options={
                'verbose_name': '掲載の意味',
                'verbose_name_plural': '掲載の意味',
                'indexes': [pgvector.django.indexes.HnswIndex(condition=models.Q(('direction', 'need')), fields=['vector'], name='post_embedding_needs', opclasses=['vector_cosine_ops']), pgvector.django.indexes.HnswIndex(condition=models.Q(('direction', 'offer')), fields=['vector'], name='post_embedding_offers', opclasses=['vector_cosine_ops'])],
            },
        ),
        migrations.CreateModel(
            name='Recommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.FloatField(verbose_name='合う度合い')),
                ('reasons', models.JSONField(default=list, verbose_name='合うところ')),
                ('misfits', models.JSONField(default=list, verbose_name='合わないところ')),
                ('found_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='見つけた日時')),
                ('computed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='計算した日時')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.post', verbose_name='困りごと')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.post', verbose_name='できること')),
            ],
            options={
                'verbose_name': 'おすすめ',
                'verbose_name_plural': 'おすすめ',
                'indexes': [models.Index(fields=['need', '-score', 'id'], name='recommendation_of_need'), models.Index(fields=['offer', '-score', 'id'], name='recommendation_of_offer'), models.Index(fields=['found_at'], name='recommendation_found')],
                'constraints': [models.UniqueConstraint(fields=('need', 'offer'), name='recommendation_once'), models.CheckConstraint(condition=models.Q(('need', models.F('offer')), _negated=True), name='recommendation_of_two')],
            },
        ),
        migrations.CreateModel(
            name='RecommendationDismissal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.SlugField(blank=True, max_length=60, verbose_name='合わない理由')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='合わないとした日時')),
                ('dismissed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='合わないとした人')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recommendation_dismissals', to='members.organisation', verbose_name='団体')),
                ('own_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.post', verbose_name='自分の掲載')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='matching.post', verbose_name='合わない掲載')),
            ],
            options={
                'verbose_name': '合わないとしたおすすめ',
                'verbose_name_plural': '合わないとしたおすすめ',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['organisation', '-created_at', '-id'], name='dismissal_of_organisation')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'post', 'own_post'), name='dismissal_once', nulls_distinct=False)],
            },
        ),
    ]
