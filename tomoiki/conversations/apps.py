from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "tomoiki.conversations"
    verbose_name = "やりとり"
