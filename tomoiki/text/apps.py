from django.apps import AppConfig


class TextConfig(AppConfig):
    name = "tomoiki.text"
    verbose_name = "文章"
