from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = "出会う"

    def ready(self) -> None:
        from matching import permissions, receivers  # noqa: F401 - rules and receivers need loaded models
