from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from tomoiki.files.access import file_access, referring_relations


def models_without_access() -> list[str]:
    """The labels of models that refer to stored files and have registered nobody who may read them."""
    answered = {access.model.lower() for access in file_access}
    return sorted(
        {
            str(relation.related_model._meta.label)
            for relation in referring_relations()
            if relation.related_model._meta.label_lower not in answered
        }
    )


@checks.register()
def every_referring_model_answers_for_its_files(
    app_configs: "Sequence[AppConfig] | None", **kwargs: Any
) -> list[checks.CheckMessage]:
    """Files of a model that answers for none would be shown to nobody; that is safe, but hardly meant."""
    return [
        checks.Warning(
            f"{label} refers to uploaded files, but no FileAccess is registered for it.",
            hint="Register one in tomoiki.files.access.file_access from the app's registrations.py.",
            id="files.W001",
        )
        for label in models_without_access()
    ]
