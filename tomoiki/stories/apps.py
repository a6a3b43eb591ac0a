from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "tomoiki.stories"
    verbose_name = "共創事例"

    def ready(self) -> None:
        from tomoiki.stories import permissions  # noqa: F401 - its rules need loaded models
