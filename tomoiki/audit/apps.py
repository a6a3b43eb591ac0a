from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tomoiki.audit"
    verbose_name = "操作の記録"
