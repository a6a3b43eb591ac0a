from typing import Any

from django import forms

from tomoiki.notifications.enums import ALWAYS_MAILED, Topic
from tomoiki.notifications.models import Preference
from tomoiki.web.widgets import CardCheckboxSelect

#: What each choice covers, in the words of the person who gets it.
DESCRIPTIONS = {
    Topic.POST: "載せた困りごと・できることが掲載された、直しをお願いされた、期限が近い、など",
    Topic.INTRODUCTION: "紹介が届いた、手が挙がった、お返事がそろった、など",
    Topic.CONVERSATION: "やりとりに新しいメッセージが届いたとき",
    Topic.OUTCOME: "成果報告のお願いと、相手からの報告",
    Topic.FAVOURITE: "お気に入りに入れた掲載が変わった、また受け付けている、まもなく終わる、など",
    Topic.COURSE: "申し込んだ講座の確定、日程、宿題など",
    Topic.ACCOMPANIMENT: "応募や面談の予定など",
    Topic.STAFF: "承認や掲載の確認を待っているもの",
}
# People subscribe to newsletters apart from this.
_ELSEWHERE = frozenset({Topic.NEWSLETTER})


def topics_for(user: Any) -> list[Topic]:
    """The topics that ``user`` may have by mail or not, in their order."""
    return [
        topic for topic in Topic if topic not in ALWAYS_MAILED | _ELSEWHERE and (topic != Topic.STAFF or user.is_staff)
    ]


class PreferencesForm(forms.Form):
    """Which notices come by e-mail as well; all of them stand in the list of notices anyway."""

    quiet_labels = True

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = topics_for(user)
        off = set(
            Preference.objects.filter(user=user, topic__in=self.topics, by_mail=False).values_list("topic", flat=True)
        )
        self.fields["by_mail"] = forms.MultipleChoiceField(
            label="メールでも受け取るお知らせ",
            help_text="チェックを外しても、画面のお知らせには届きます。",
            required=False,
            choices=[(topic.value, topic.label) for topic in self.topics],
            initial=[topic.value for topic in self.topics if topic not in off],
            widget=CardCheckboxSelect(descriptions={topic.value: text for topic, text in DESCRIPTIONS.items()}),
        )
