from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "tomoiki.conversations"
    verbose_name = "やりとり"

    def ready(self) -> None:
        from tomoiki.conversations import permissions  # noqa: F401 - its rules need loaded models
