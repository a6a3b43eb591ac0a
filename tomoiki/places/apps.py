from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlacesConfig(AppConfig):
    name = "tomoiki.places"
    verbose_name = "地域"

    def ready(self) -> None:
        from tomoiki.places.loading import store_municipalities  # apps are configured before models are loaded

        post_migrate.connect(store_municipalities, sender=self, dispatch_uid="places-municipalities")
