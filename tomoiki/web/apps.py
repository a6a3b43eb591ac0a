from types import ModuleType

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tomoiki.web"
    verbose_name = "共通画面"

    def __init__(self, app_name: str, app_module: ModuleType | None) -> None:
        super().__init__(app_name, app_module)
        # Django's 「このフィールドは必須です。」 is a programmer's sentence; every form of the site, allauth's and the
        # admin's too, says what to do instead. A field takes its words when its form is imported, which the admin
        # does as soon as apps are ready: so this is said before that.
        from django.forms import fields  # forms read settings, which are whole only now

        fields.Field.default_error_messages["required"] = "入力してください。"
        fields.ChoiceField.default_error_messages["required"] = "選んでください。"
        fields.BooleanField.default_error_messages = {"required": "内容を確かめて、チェックを入れてください。"}
        fields.FileField.default_error_messages["required"] = "ファイルを選んでください。"
