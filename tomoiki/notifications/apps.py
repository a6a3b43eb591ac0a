from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "tomoiki.notifications"
    verbose_name = "お知らせ"
