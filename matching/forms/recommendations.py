"""Saying that a recommendation does not fit."""

from typing import Any

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme

from matching.models import Post
from members.models import Organisation, User
from tomoiki.vocabulary.lists import choices


class DismissalForm(forms.Form):
    """For whom it does not fit, and if they like, why."""

    quiet_labels = True

    on_behalf = forms.ModelChoiceField(queryset=Organisation.objects.none(), widget=forms.HiddenInput())
    own_post = forms.ModelChoiceField(queryset=Post.objects.none(), required=False, widget=forms.HiddenInput())
    # The page one came from; what is not one of this site counts as none.
    back = forms.CharField(required=False, widget=forms.HiddenInput())
    reason = forms.ChoiceField(
        label="よろしければ、理由を選んでください",
        required=False,
        widget=forms.RadioSelect,
        help_text="相手には伝わりません。次のおすすめを選ぶときに、参考にします。",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = Organisation.objects.able_to_act(user)
        self.fields["on_behalf"].queryset = able  # type: ignore[attr-defined]
        self.fields["own_post"].queryset = Post.objects.filter(organisation__in=able)  # type: ignore[attr-defined]
        self.fields["reason"].choices = choices("not_relevant_reason")  # type: ignore[attr-defined]

    def clean_back(self) -> str:
        back: str = self.cleaned_data["back"]
        return local(back)


def local(back: str) -> str:
    """``back`` where it leads to a page of this site."""
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours and len(back) <= 500 else ""
