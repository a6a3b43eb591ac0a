from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "tomoiki.files"
    verbose_name = "ファイル"
