from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tomoiki.documents"
    verbose_name = "文書"
