from django.db import models


class ContactTopic(models.TextChoices):
    """What a message to the office is about."""

    JOINING = "joining", "参加・登録について"
    POSTS = "posts", "困りごと・できることの掲載について"
    INTRODUCTIONS = "introductions", "おつなぎについて"
    COURSES = "courses", "講座・伴走支援について"
    PRESS = "press", "取材・見学について"
    ACCESSIBILITY = "accessibility", "読みにくい・使いにくいところ"
    PERSONAL_DATA = "personal_data", "個人情報について"
    OTHER = "other", "そのほか"


class ContactState(models.TextChoices):
    RECEIVED = "received", "お返事待ち"
    ANSWERED = "answered", "お返事済み"
    CLOSED = "closed", "お返事なしで終了"
