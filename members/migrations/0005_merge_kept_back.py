from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0004_whole_life_indexes")]

    operations = [
        migrations.AddField(
            model_name="merge",
            name="kept_back",
            field=models.JSONField(blank=True, default=list, verbose_name="元に戻せなかったもの"),
        ),
    ]
