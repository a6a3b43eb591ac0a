from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_order_and_safety")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="forget_address",
            field=models.BooleanField(default=False, verbose_name="送ったら宛先も消す"),
        ),
    ]
