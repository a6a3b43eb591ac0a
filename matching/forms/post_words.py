"""What the form of a post says to somebody in need, and to somebody who offers."""

from dataclasses import dataclass

from matching.enums import Direction


@dataclass(frozen=True)
class Words:
    """What the form says to somebody in need, or to somebody who offers."""

    resource: str
    title: str
    body: str
    when: str
    quantity: str
    area: str


WORDS = {
    Direction.NEED: Words(
        resource="いま足りないもの、手伝ってほしいことに、いちばん近いものを選んでください。",
        title="何に困っているかを一文で。例：平日の午後、子どもが立ち寄れる部屋をさがしています",
        body="だれが、どんなときに、何に困っているか。あるとうれしいもの、今までにためしたことも書くと、"
        "力になれる団体が見つけやすくなります。",
        when="いつ必要ですか。決まっていないところは空けておいてください。",
        quantity="だいたいの数でかまいません。例：15",
        area="どのあたりで必要ですか。選ばないと「県内どこでも」になります。",
    ),
    Direction.OFFER: Words(
        resource="持ちよれるもの、手伝えることに、いちばん近いものを選んでください。",
        title="何ができるかを一文で。例：休館日のモデルハウスを、居場所としてお使いください",
        body="何を、どんな条件で使ってもらえるか。広さや設備、運び方、費用の有無、お願いしたいことも書くと、"
        "安心して声をかけてもらえます。",
        when="いつならできますか。決まっていないところは空けておいてください。",
        quantity="一度に、または全部でどれくらいか。例：20人まで、1日30個",
        area="どのあたりでできますか。選ばないと「県内どこでも」になります。",
    ),
}
