from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "tomoiki.pages"
    verbose_name = "ページ"
