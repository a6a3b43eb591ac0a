"""Logging in and asking for a new password, also with an address typed in full width."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm

from tomoiki.text.typed import read_email


class LoginForm(AllauthLoginForm):
    """Named by ``ACCOUNT_FORMS``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["login"]
        read = field.to_python
        # Before the field's own validators, which know half-width addresses only.
        field.to_python = lambda value: read(read_email(str(value or "")))


class ResetPasswordForm(AllauthResetPasswordForm):
    """Named by ``ACCOUNT_FORMS``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        read = field.to_python
        field.to_python = lambda value: read(read_email(str(value or "")))
