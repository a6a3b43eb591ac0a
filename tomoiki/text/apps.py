from django.apps import AppConfig


class TextConfig(AppConfig):
    name = "tomoiki.text"
    verbose_name = "文章"

    def ready(self) -> None:
        from tomoiki.text import lookups  # noqa: F401 - registers them; apps are configured before models are loaded
