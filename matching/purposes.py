"""What an introduction is for, in words: most bring help, some a study or an interview, which use up nothing."""

from dataclasses import dataclass

from matching.enums.doors import Purpose


@dataclass(frozen=True)
class PurposeWords:
    """How the pages speak of an introduction that is not for help."""

    icon: str
    #: What it means for whoever is asked.
    explained: str
    #: What the side that is asked, and the one that asked, are to each other.
    asked_role: str
    asking_role: str
    #: In the way it has come: 「湘南さざなみ新聞さんが…」.
    asked_for: str
    #: The two answers, and what the first brings.
    yes: str
    yes_means: str
    #: Beside the story of the report.
    story_help: str


_WORDS = {
    Purpose.RESEARCH: PurposeWords(
        icon="school",
        explained="この掲載を、調査や研究に生かしたいというお申し出です。掲載はそのまま続き、数も減りません。",
        asked_role="掲載した団体",
        asking_role="調査・研究をする団体",
        asked_for="調査・研究への協力をお願いしました",
        yes="ぜひ、協力したい",
        yes_means="やりとりが始まります。何をどこまで話すかは、そこで決められます。",
        story_help="わかったこと、役に立ちそうなことなど。発表したときは、題名と日にちも書いてください。",
    ),
    Purpose.INTERVIEW: PurposeWords(
        icon="media",
        explained="この掲載について、取材をしたいというお申し出です。掲載はそのまま続き、数も減りません。",
        asked_role="掲載した団体",
        asking_role="取材する団体",
        asked_for="取材を申し込みました",
        yes="ぜひ、取材を受けたい",
        yes_means="やりとりが始まります。写真や名前をどこまで出すかは、そこで決められます。",
        story_help="取材のようすなど。記事や番組になったときは、媒体の名前と日にちも書いてください。",
    ),
}


def words_of(purpose: str) -> PurposeWords | None:
    """None for help, of which the pages speak by themselves."""
    return _WORDS.get(Purpose(purpose))
