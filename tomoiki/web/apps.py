from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tomoiki.web"
    verbose_name = "共通画面"
