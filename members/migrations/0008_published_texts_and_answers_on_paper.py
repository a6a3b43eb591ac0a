from django.db import migrations, models


def publish_what_there_is(apps, schema_editor):
    """Texts that were there before had their day already, or were announced with one."""
    apps.get_model("members", "ConsentDocument").objects.filter(published_at=None).update(
        published_at=models.F("in_force_from")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0007_likely_doubles"),
    ]

    operations = [
        migrations.AddField(
            model_name="consentdocument",
            name="published_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="公表した日時"),
        ),
        migrations.RunPython(publish_what_there_is, migrations.RunPython.noop),
        migrations.AddField(
            model_name="consentdocument",
            name="summary",
            field=models.TextField(blank=True, max_length=2000, verbose_name="変わるところ"),
        ),
        migrations.AddField(
            model_name="reconfirmationreply",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("meeting", "会って聞いた"),
                    ("phone", "電話で聞いた"),
                    ("written", "書面・ファクスでもらった"),
                    ("mail", "メールでもらった"),
                ],
                max_length=10,
                verbose_name="届き方",
            ),
        ),
        migrations.AddField(
            model_name="reconfirmationreply",
            name="said_by",
            field=models.CharField(blank=True, max_length=60, verbose_name="答えた方"),
        ),
        migrations.AddField(
            model_name="reconfirmationreply",
            name="said_on",
            field=models.DateField(blank=True, null=True, verbose_name="お返事を受けた日"),
        ),
        migrations.AddField(
            model_name="referral",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("email", ""), _negated=True),
                fields=["email", "created_at"],
                name="referral_by_email",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconfirmationreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel", ""),
                    models.Q(
                        models.Q(("said_by", ""), _negated=True),
                        ("said_on__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="reconfirmation_entry_says_who_and_when",
                violation_error_message="どなたから、いつ、どのようにお返事をもらったかを書いてください。",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "revoked"), _negated=True), ("revoked_at__isnull", False), _connector="OR"
                ),
                name="referral_revoked_has_time",
            ),
        ),
    ]
