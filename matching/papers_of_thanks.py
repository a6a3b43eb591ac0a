"""What is printed to ask those who are not on the portal: whether something was welcome, and how an ibasho is."""

from typing import Any

from matching.enums import Direction, Welcome
from matching.enums.ibasho import QUESTIONS, Score
from matching.models import IbashoSurvey, Introduction, Participant
from matching.papers import _contact, _names
from tomoiki.documents.pdf import render_pdf
from tomoiki.documents.qr import qr_svg
from tomoiki.text import clean
from tomoiki.text.readings import Piece, ruby
from tomoiki.web.templatetags.ui import ja_date

#: How an answer is put on paper; what one does not know is left blank.
_WELCOME = (Welcome.VERY, Welcome.WELL, Welcome.LITTLE, Welcome.NOT)


def welcome_slip(introduction: Introduction, side: Participant, *, address: str) -> bytes:
    """For the group of ``side``: boxes to tick, room for thanks, and a code that leads to the same page."""
    desk, names = side.speaks, _names(side.group)

    def read(text: str) -> list[Piece]:
        return list(ruby(clean(text), names=names))

    givers = "、".join(f"{each.name}さん" for each in introduction.together() if each.side == Direction.OFFER)
    data: dict[str, Any] = {
        "document_title": "喜ばれましたか",
        "author": clean(desk.name),
        "to": read(f"{side.own_name} さん"),
        "heading": read("喜ばれましたか"),
        "about": read(
            f"「{introduction.post}」は、{givers}のおかげで、かないました。どうだったかを、お聞かせください。"
        ),
        "question": read("受けとった方々に、喜ばれましたか（ひとつに○）"),
        "choices": [read(str(each.label)) for each in _WELCOME],
        "words": read("お礼のことば（書かなくてもかまいません）"),
        "use": read("このことばを、相手の団体が広報などに使ってもよいですか"),
        "uses": [read("よい（名前も出してよい）"), read("よい（名前は出さない）"), read("紹介しないでほしい")],
        "return": read(f"書いたら、{desk.name}へお渡しください。電話でもかまいません。"),
        "contact": _contact(desk),
        "qr": qr_svg(address, title="お答えのページ"),
        "qr_alt": f"お答えのページへの二次元コード：{address}",
        "qr_words": "携帯電話のカメラでうつすと\n画面でも答えられます",
    }
    return render_pdf("welcome_slip", data)


def _survey(survey: IbashoSurvey) -> dict[str, Any]:
    return {
        "author": clean(survey.ibasho.organisation.name),
        "name": ruby(clean(survey.ibasho.name)),
        "organisation": clean(survey.ibasho.organisation.name),
        "questions": [ruby(words) for words in QUESTIONS.values()],
        "scores": [ruby(str(score.label)) for score in Score],
        "until": ruby(f"{ja_date(survey.closes_on)}まで"),
        "private": ruby("名前は書きません。だれが答えたかは、だれにもわかりません。"),
    }


def survey_poster(survey: IbashoSurvey, *, address: str) -> bytes:
    """To be put up where people see it."""
    data = {
        **_survey(survey),
        "document_title": f"{clean(survey.ibasho.name)}のアンケート",
        "heading": ruby("あなたの声を聞かせてください"),
        "how": ruby("携帯電話のカメラで、下の四角をうつしてください。三つの質問に答えるだけです。"),
        "paper": ruby("紙で答えたい方は、近くの人に声をかけてください。"),
        "qr": qr_svg(address, title="アンケートのページ"),
        "qr_alt": f"アンケートのページへの二次元コード：{address}",
        "address": address,
    }
    return render_pdf("ibasho_poster", data)


def survey_sheet(survey: IbashoSurvey) -> bytes:
    """The three questions on a sheet of paper."""
    data = {
        **_survey(survey),
        "document_title": f"{clean(survey.ibasho.name)}のアンケート用紙",
        "heading": ruby("三つの質問に答えてください"),
        "how": ruby("あてはまるところに、ひとつずつ○をつけてください。"),
        "words": ruby("ひとこと（書かなくてもかまいません）"),
    }
    return render_pdf("ibasho_sheet", data)
