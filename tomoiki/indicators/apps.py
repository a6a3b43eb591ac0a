from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "tomoiki.indicators"
    verbose_name = "指標"
