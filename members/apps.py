from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "会員"

    def ready(self) -> None:
        # Apps are configured before models are loaded.
        from members import permissions, receivers  # noqa: F401 - their rules and receivers register themselves
        from members.consent_texts import store_documents
        from members.retention import store_periods

        post_migrate.connect(store_documents, sender=self, dispatch_uid="members-consent-documents")
        post_migrate.connect(store_periods, sender=self, dispatch_uid="members-retention-periods")
