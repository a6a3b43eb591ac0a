from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tomoiki.files"
    verbose_name = "ファイル"

    def ready(self) -> None:
        from tomoiki.files import checks, removal  # noqa: F401 - connected once models are loaded
