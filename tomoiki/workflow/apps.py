from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "tomoiki.workflow"
    verbose_name = "状態の変更"
