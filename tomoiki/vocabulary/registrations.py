"""The lists that apps bring along, and the step that stores their rows after each migration."""

from typing import Any

from django.db import connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from tomoiki.vocabulary.lists import vocabularies


@receiver(post_migrate, dispatch_uid="vocabulary-defaults")
def store_defaults(sender: Any, **kwargs: Any) -> None:
    """Add the terms that are missing; what staff edited stays as it is."""
    if getattr(sender, "name", "") != "tomoiki.vocabulary":
        return
    from tomoiki.vocabulary.models import SynonymGroup, Term  # models are loaded only when this runs
    from tomoiki.vocabulary.synonyms import store_shipped  # as above

    # After a migration back to zero there is no table.
    tables = connection.introspection.table_names()
    if SynonymGroup._meta.db_table in tables:
        store_shipped()
    if Term._meta.db_table not in tables:
        return
    for vocabulary in vocabularies:
        Term.objects.bulk_create(
            [
                Term(vocabulary=vocabulary.code, code=code, label=label, help_text=help_text, order=order * 10)
                for order, (code, label, help_text) in enumerate(vocabulary.defaults, start=1)
            ],
            ignore_conflicts=True,
        )
