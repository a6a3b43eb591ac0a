"""How staff write a group of synonyms: one word a line."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tomoiki.text.normalisation import clean
from tomoiki.text.synonyms import key_of
from tomoiki.vocabulary.models import SynonymGroup
from tomoiki.workflow.admin import SeenVersionForm

MOST_WORDS = 60
MOST_LETTERS = 40


class WordsField(forms.CharField):
    """Words, each on a line or after a 、, as a list."""

    widget = forms.Textarea(attrs={"rows": 8})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [word for each in re.split(r"[\n、,，・]", super().to_python(value) or "") if (word := clean(each))]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != list(initial or [])


class SynonymGroupForm(SeenVersionForm):
    words = WordsField(
        label="ことば",
        help_text="1行に1語ずつ書いてください。表記のゆれ（子ども・こども、サーバ・サーバーなど）は自動でそろうため、"
        "書かなくて大丈夫です。",
    )

    class Meta:
        model = SynonymGroup
        fields = ["words", "direction", "note", "active"]

    def clean_words(self) -> list[str]:
        words: list[str] = self.cleaned_data["words"]
        if len(words) < 2:
            raise ValidationError("同じ意味のことばを、2つ以上書いてください。")
        if len(words) > MOST_WORDS:
            raise ValidationError(f"1つのまとまりに書けるのは{MOST_WORDS}語までです。分けて登録してください。")
        seen: dict[str, str] = {}
        for word in words:
            if len(word) > MOST_LETTERS:
                raise ValidationError(f"「{word[:10]}…」は長すぎます。{MOST_LETTERS}字までで書いてください。")
            key = key_of(word)
            if not key:
                raise ValidationError(
                    f"「{word}」は検索で使えることばではありません。名詞や動詞を含めて書いてください。"
                )
            if key in seen:
                raise ValidationError(
                    f"「{seen[key]}」と「{word}」は、検索では同じことばとして扱われます。どちらか1つにしてください。"
                )
            seen[key] = word
        return words
