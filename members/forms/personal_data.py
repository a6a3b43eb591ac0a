"""Ending one's account, and staff doing it for somebody."""

from django import forms

from members.enums import ErasureReason


class DeleteAccountForm(forms.Form):
    """One box: the page says what it means."""

    understood = forms.BooleanField(
        label="消えるものと残るものを読みました",
        error_messages={"required": "内容を確かめて、チェックを入れてください。"},
    )


class ErasureReasonForm(forms.Form):
    """Why the office erases: a code, so that the trail names nobody."""

    reason = forms.ChoiceField(
        label="消去する理由",
        choices=[each for each in ErasureReason.choices if each[0] not in (ErasureReason.OWN, ErasureReason.RETENTION)],
        widget=forms.RadioSelect,
        help_text="理由は操作の記録に残ります。相手の方には伝わりません。",
    )
