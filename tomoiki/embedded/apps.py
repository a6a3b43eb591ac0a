from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "tomoiki.embedded"
    verbose_name = "手元のサーバー"
