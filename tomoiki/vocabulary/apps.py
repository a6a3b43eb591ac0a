from django.apps import AppConfig


class VocabularyConfig(AppConfig):
    name = "tomoiki.vocabulary"
    verbose_name = "語彙"
