"""How thanks may be named, and how people answer the three questions of an ibasho."""

from django.db import models


class NamedAs(models.TextChoices):
    """How whoever uses words of thanks names where they come from."""

    NAME = "name", "団体の名前を出してよい"
    KIND = "kind", "「藤沢市の自治会」のように、市区町村と団体の種類だけ"
    NOBODY = "nobody", "だれのことばかは出さない"


class Score(models.IntegerChoices):
    """How far somebody agrees."""

    VERY = 4, "とてもそう思う"
    RATHER = 3, "そう思う"
    LITTLE = 2, "あまり思わない"
    NOT = 1, "思わない"


#: The quality of an ibasho in three questions to those who come: the column of an answer, and its sentence.
QUESTIONS = {
    "as_i_am": "ここでは、ありのままの自分でいられます",
    "my_role": "ここには、自分の役割や出番があります",
    "come_again": "また、ここに来たいです",
}
