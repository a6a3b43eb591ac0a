"""By what two registrations of one body are found: made without stopping those who write meanwhile."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("members", "0006_application_rounds")]

    operations = [
        RemoveIndexConcurrently(model_name="organisation", name="organisation_phone"),
        AddIndexConcurrently(
            model_name="organisation",
            index=models.Index(
                models.Func(
                    models.F("phone"),
                    models.Value("[^0-9]"),
                    models.Value(""),
                    models.Value("g"),
                    function="regexp_replace",
                ),
                condition=models.Q(("phone", ""), _negated=True),
                name="organisation_phone_digits",
            ),
        ),
        AddIndexConcurrently(
            model_name="organisation",
            index=models.Index(
                django.db.models.functions.text.Lower(
                    models.Func(
                        models.F("website"), models.Value("^[a-zA-Z]+://(?:www[.])?([^/:?#]+)"), function="substring"
                    )
                ),
                condition=models.Q(("website", ""), _negated=True),
                name="organisation_website_host",
            ),
        ),
        AddIndexConcurrently(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name_normalised"], name="organisation_core_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                models.Func(
                    models.F("email"),
                    models.Value("@"),
                    models.Value(2),
                    function="split_part",
                    output_field=models.TextField(),
                ),
                name="user_email_domain",
            ),
        ),
    ]
