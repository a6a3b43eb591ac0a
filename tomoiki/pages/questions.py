"""Frequently asked questions: those of everybody, then those of each kind of organisation."""

from dataclasses import dataclass

from members.enums import OrganisationKind


@dataclass(frozen=True)
class Question:
    """``slug`` is its place on the page; ``answer`` its paragraphs."""

    slug: str
    question: str
    answer: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Questions under one heading, with the icon and colour of the kind of organisation that asks them."""

    code: str
    label: str
    questions: tuple[Question, ...]


_NO_DUTY = (
    "ありません。参加したからといって、何かを引き受ける約束にはなりません。",
    "まずは事例を読むだけ、お知らせを受け取るだけでもけっこうです。やってみたいことが見つかったときに、声をかけてください。",
)

COMMON = Group(
    "common",
    "どなたにも",
    (
        Question(
            "cost",
            "参加するのに、お金はかかりますか？",
            (
                "かかりません。入会金も年会費もなく、掲載やおつなぎも無料です。",
                "参加すると、各種のお知らせが届き、ほかの団体とのおつなぎを受けられます。",
            ),
        ),
        Question("duty", "参加すると、何かしなければいけませんか？", _NO_DUTY),
        Question(
            "limit",
            "おつなぎや支援は、何度でも受けられますか？",
            (
                "困りごとやできることの掲載、おつなぎには、いまのところ回数の上限を設ける予定はありません。",
                "実践者が6か月のあいだ付きそう「伴走支援」は、一度に支えられる数に限りがあるため、応募いただいたなかから選ばせていただきます。",
            ),
        ),
        Question(
            "who",
            "どんな団体が参加できますか？",
            (
                "めざす社会に共感していただける団体なら、規模も、活動の段階も問いません。企業、NPO、大学、市町村、社会福祉協議会、金融機関、マスコミのほか、学校や医療法人、組合、任意団体なども、事務局が内容をうかがって登録します。",
                "登録は団体ごとです。同じ団体の2人目からは、すでにある登録に担当者として加わっていただきます。",
            ),
        ),
        Question(
            "how-long",
            "登録には、どれくらいかかりますか？",
            (
                "入力は3画面、5分ほどです。途中まで書いて、あとで続けることもできます。",
                "メールアドレスの確認がすむと、事務局が内容を見て、結果をメールでお知らせします。",
            ),
        ),
        Question(
            "decline",
            "紹介された相手を断ってもいいですか？",
            (
                "はい。合わないと思ったら「見送る」を選んでください。理由は選ぶだけで、事務局だけが見ます。相手には、ていねいな言葉でお伝えします。",
            ),
        ),
        Question(
            "visible",
            "書いたことは、だれに見えますか？",
            (
                "掲載するものごとに「だれでも見られる」か「参加団体だけが見られる」かを選べます。どちらも、事務局が確かめてから載せます。",
                "電話番号や住所などの連絡先が、登録していない方に見えることはありません。",
            ),
        ),
        Question(
            "future",
            "この先、有料になることはありますか？",
            (
                "当面は神奈川県が運営し、無料です。実績を重ねたうえで、県の外に運営する組織をつくり、有料にすることも検討しています。",
            ),
        ),
        Question(
            "leave",
            "やめたくなったら？",
            (
                "いつでも退会できます。掲載中のものは取り下げ、進んでいるおつなぎは、相手の方にお知らせしてから終わりにします。",
            ),
        ),
    ),
)

_BY_KIND = (
    Group(
        OrganisationKind.COMPANY,
        OrganisationKind.COMPANY.label,
        (
            Question(
                "company-role",
                "企業には、どんなことを期待していますか？",
                (
                    "地域の困りごとを入り口に、ほかの団体といっしょに新しい取り組みをつくっていただくことです。場所や人手、商品などで、ほかの団体の取り組みを支える形も歓迎します。",
                    "社員の方の経験やつながりが広がる、会社が地域に知られる、商品やサービスの種が見つかる。企業にとっても実りのある形を、いっしょに考えます。",
                ),
            ),
            Question(
                "company-welcome",
                "地域が本当に求めていることが、分かりません。",
                (
                    "自治会や町内会の声を、市町村や社会福祉協議会の窓口が集めて掲載しています。求められていることから選べるので、ひとりよがりになりにくいしくみです。",
                ),
            ),
            Question("company-duty", "参加すると、支援の義務が生まれますか？", _NO_DUTY),
        ),
    ),
    Group(
        OrganisationKind.NPO,
        OrganisationKind.NPO.label,
        (
            Question(
                "npo-role",
                "NPOには、どんなことを期待していますか？",
                (
                    "寄附や助成だけに頼らず、活動が続くしくみをつくっていただくことです。そのために、講座、伴走支援、企業などとのおつなぎを使ってください。",
                    "企業の場所や人手、専門の力を借りて、いまの活動を広げることもできます。",
                ),
            ),
            Question(
                "npo-small",
                "小さな団体でも、頼んでいいのでしょうか？",
                (
                    "もちろんです。「部屋を月に2回だけ」「会計を見てほしい」など、小さなことほど相手が見つかりやすいものです。法人でない団体も登録できます。",
                ),
            ),
            Question("npo-duty", "参加すると、何かの義務が生まれますか？", _NO_DUTY),
        ),
    ),
    Group(
        OrganisationKind.UNIVERSITY,
        OrganisationKind.UNIVERSITY.label,
        (
            Question(
                "university-role",
                "大学には、どんな役割がありますか？",
                (
                    "関心を持った取り組みについて、いっしょに研究する、専門の知見を伝える、学生が現場に加わる、といった関わり方をお願いしています。",
                    "どれか一つでも、研究室やゼミ、窓口の部署だけの参加でもかまいません。",
                ),
            ),
            Question("university-duty", "参加すると、協力の義務が生まれますか？", _NO_DUTY),
        ),
    ),
    Group(
        OrganisationKind.MUNICIPALITY,
        "市町村・社会福祉協議会",
        (
            Question(
                "municipality-role",
                "市町村や社会福祉協議会の窓口には、何をお願いしていますか？",
                (
                    "一つは、地域で何が足りていないかを教えていただくこと。自治会・町内会など、登録のない団体の困りごとを代わりに載せることもできます。",
                    "もう一つは、解決に力を貸してくれる部署や団体への橋渡しです。",
                ),
            ),
            Question("municipality-duty", "参加すると、何かの義務が生まれますか？", _NO_DUTY),
        ),
    ),
    Group(
        OrganisationKind.FINANCIAL,
        OrganisationKind.FINANCIAL.label,
        (
            Question(
                "financial-role",
                "金融機関には、どんな役割がありますか？",
                (
                    "地域の団体や取引先をよくご存じの立場から、合いそうな相手を引き合わせていただくこと。うまくいった取り組みを、取引先にご案内いただくこと。この二つをお願いしています。",
                ),
            ),
            Question("financial-duty", "参加すると、融資や助成の義務が生まれますか？", _NO_DUTY),
        ),
    ),
    Group(
        OrganisationKind.MEDIA,
        OrganisationKind.MEDIA.label,
        (
            Question(
                "media-role",
                "マスコミには、どんなことを期待していますか？",
                (
                    "取材で出会った人や団体、地域の動きを教えていただくこと。そして、ここから生まれた取り組みを、広く伝えていただくことです。",
                    "取材のご相談は、お問い合わせの「取材・見学について」からお寄せください。",
                ),
            ),
            Question("media-duty", "参加すると、報道の義務が生まれますか？", _NO_DUTY),
        ),
    ),
)

GROUPS: tuple[Group, ...] = (COMMON, *_BY_KIND)
#: Shown on the front page.
TEASER: tuple[Question, ...] = tuple(
    question for question in COMMON.questions if question.slug in {"cost", "duty", "limit", "future"}
)
