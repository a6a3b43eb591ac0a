"""What the demo's posts answer to the questions of their resource, by the first title of the scenario."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from matching.enums import Carrying

DELIVERED, COLLECTED, EITHER, NO_MEANS = (
    Carrying.DELIVERED.value,
    Carrying.COLLECTED.value,
    Carrying.EITHER.value,
    Carrying.NO_MEANS.value,
)

#: A ``timedelta`` stands for the day that is so far ahead.
NEEDS: dict[str, dict[str, Any]] = {
    "平日の午後、子どもが立ち寄れる部屋をさがしています": {
        "details": {"facilities": ["wifi", "desks", "tatami"], "rules": "おやつを食べます。にぎやかな日もあります"},
    },
    "こども食堂を週末にも開ける台所つきの会場": {
        "details": {"facilities": ["kitchen", "parking"], "insurance": "covered", "cost": "actual"},
    },
    "車いすで入れる会場で、月1回の手芸の会を": {
        "details": {"facilities": ["barrier_free", "accessible_toilet", "desks"], "cost": "actual"},
    },
    "認知症の方と家族が集うカフェの場所": {"details": {"facilities": ["kitchen", "barrier_free"]}},
    "不登校の子の日中の居場所に使える一室": {"details": {"facilities": ["tatami", "wifi"], "cost": "actual"}},
    "フードパントリーの荷物を置ける場所": {"details": {"facilities": ["storage", "parking"], "cost": "free"}},
    "ひとり親家庭に届けるお米やレトルト食品": {
        "carrying": EITHER,
        "details": {"kinds": ["rice", "preserved"], "days_left": 30, "keeping": ["room"]},
    },
    "食堂で使う野菜を毎週分けてもらえませんか": {
        "carrying": COLLECTED,
        "details": {"kinds": ["vegetables"], "keeping": ["room", "chilled"], "handing": "土曜の朝にうかがえます"},
    },
    "食物アレルギーの子も食べられるおやつ": {
        "carrying": NO_MEANS,
        "details": {"kinds": ["sweets"], "allergens": ["egg", "milk"], "labelled": True, "keeping": ["room"]},
    },
    "災害用の備え、入れ替えのときに声をかけてください": {
        "carrying": COLLECTED,
        "details": {
            "kinds": ["stockpile", "drinks", "preserved"],
            "days_left": 14,
            "handing": "軽自動車でうかがいます",
        },
    },
    "夏祭りのやぐら組み立てを手伝ってください": {
        "details": {
            "minors": "with_adult",
            "bring": "動きやすい服、帽子",
            "heavy": True,
            "provided": "軍手、飲みもの、焼きそば",
            "insurance": "covered",
        },
    },
    "公園の花壇づくり、土を運ぶ人手がほしい": {
        "details": {"minors": "welcome", "bring": "軍手、長靴", "heavy": True, "first_time": True, "provided": "道具"},
    },
    "こども食堂の調理と配膳に、月1回のお手伝い": {
        "details": {"minors": "with_adult", "bring": "エプロン、三角巾", "first_time": True, "insurance": "asked"},
    },
    "スマートフォンを教える会の話し相手": {"details": {"minors": "welcome", "first_time": True}},
    "海岸の清掃で、流木を運ぶ人を": {
        "details": {"minors": "with_adult", "heavy": True, "bring": "帽子、飲みもの", "provided": "長靴、手袋"},
    },
    "障害のある方の外出に付きそってくれる人": {"details": {"minors": "no", "first_time": True, "insurance": "covered"}},
    "学習室で使う机といすをゆずってください": {
        "carrying": NO_MEANS,
        "details": {"kinds": ["furniture"], "terms": "give", "condition": "worn", "size": "子ども用。2階まで運びます"},
    },
    "避難所の訓練で使う段ボールベッド": {
        "carrying": COLLECTED,
        "details": {"kinds": ["disaster-goods"], "terms": "lend", "condition": "good"},
    },
    "読みおわった絵本を、待合室の本棚に": {
        "carrying": DELIVERED,
        "details": {"kinds": ["books"], "terms": "give", "condition": "good"},
    },
    "食堂の冷凍庫がこわれました": {
        "carrying": COLLECTED,
        "details": {
            "kinds": ["electronics", "kitchenware"],
            "terms": "give",
            "condition": "worn",
            "size": "幅80cmまで",
        },
    },
    "決算書のつくり方を教えてください": {
        "skills": ["accounting", "it"],
        "details": {
            "hours_a_month": 2,
            "period": "months",
            "background": "会計の担当は1人。手書きの帳簿が3年分あります",
            "cost": "free",
        },
    },
    "活動を紹介するホームページを見直したい": {
        "skills": ["web", "design"],
        "details": {"hours_a_month": 4, "period": "months", "background": "10年前のページのままです", "cost": "actual"},
    },
    "寄附のお願いの文章を一緒に考えてほしい": {
        "skills": ["fundraising", "writing", "sales"],
        "details": {"hours_a_month": 3, "period": "months"},
    },
    "就労の場で作る焼き菓子のパッケージデザイン": {
        "skills": ["design", "product"],
        "details": {"hours_a_month": 5, "period": "once", "cost": "talk"},
    },
    "名簿と会費の管理をやさしくしたい": {
        "skills": ["it", "data", "legal"],
        "details": {"hours_a_month": 3, "period": "months", "cost": "free"},
    },
    "居場所に来る人の変化を、きちんと調べたい": {
        "details": {"forms": ["survey", "evaluation"], "field": "地域福祉", "students": "yes", "results": "checked"},
    },
    "デイサービスの送迎車の空き時間、使い方を一緒に考えませんか": {
        "details": {
            "forms": ["joint-research", "advice"],
            "field": "高齢者の移動",
            "students": "yes",
            "results": "open",
        },
    },
    "磯焼けの海を戻す取り組みを、共同で": {
        "details": {"forms": ["joint-research", "prototype"], "field": "水産・食品の加工", "students": "ask"},
    },
    "外国につながる子の日本語の伸びを見たい": {
        "details": {"forms": ["advice", "evaluation"], "field": "日本語教育", "students": "yes", "results": "closed"},
    },
    "不登校の子の居場所を、地域に知ってほしい": {
        "details": {"channels": ["newspaper", "television", "radio"], "audience": "小中学生のいる家庭", "cost": "free"},
    },
    "手話で楽しむ演奏会のお知らせを広めたい": {
        "details": {"channels": ["leaflet", "poster", "bulletin"], "audience": "近くに住む人", "lead_days": 30},
    },
    "絵のコンテストに、会社の名前のついた賞を": {
        "details": {"forms": ["award", "sponsorship"], "use": "賞品と、作品を飾る台", "deadline": timedelta(days=90)},
    },
    "送迎に使う車の車検代を応援してください": {
        "details": {"forms": ["donation", "sponsorship"], "use": "車検と保険", "deadline": timedelta(days=60)},
    },
    "通院の送り迎えに、車いすのまま乗れる車を": {
        "details": {"loads": ["people"], "vehicles": ["lift"], "distance": 10, "wheelchair": True, "driver": "without"},
    },
    "いただいた食品を運ぶ、月1回の配送": {
        "details": {"loads": ["goods"], "distance": 15, "cold_chain": True, "lifting": True, "driver": "with"},
    },
    "封入や袋づめの仕事を出してください": {
        "details": {
            "kinds": ["assembly", "mailing"],
            "lead_days": 14,
            "lot": 100,
            "repeats": "regular",
            "quality": "検品まで二人で確かめます",
        },
    },
    "畑仕事の手がほしい農家さんはいませんか": {
        "details": {"kinds": ["farming", "cleaning", "grounds"], "repeats": "start_small"},
    },
    "団地の空き店舗を、みんなの台所にしたい": {
        "details": {
            "partners": ["company", "university", "financial"],
            "role": "続けられる事業の形を考える",
            "brings": "料理の好きな人たち、団地とのつながり",
            "progress": "plan",
        },
    },
    "災害のとき、外国の人にどう伝えるか": {
        "details": {
            "partners": ["company", "university", "npo"],
            "role": "絵や音で伝える技術",
            "brings": "訓練の場と、当事者の声",
            "progress": "idea",
        },
    },
    "若い世代に活動を引き継ぐ方法を知りたい": {"details": {"cost": "free"}},
}

OFFERS: dict[str, dict[str, Any]] = {
    "休館日のモデルハウスを居場所としてお使いください": {
        "quota": 2,
        "details": {
            "facilities": ["kitchen", "parking", "wifi", "desks", "nursing"],
            "rules": "土足厳禁。鍵は前日に受け取り",
            "insurance": "asked",
            "cost": "free",
        },
    },
    "社員食堂を土日にお貸しします": {
        "quota": 1,
        "details": {
            "facilities": ["kitchen", "barrier_free", "accessible_toilet", "parking", "desks"],
            "rules": "火を使うときは職員が立ち会います",
            "insurance": "covered",
            "cost": "actual",
        },
    },
    "駅前の会議室を夜間に無料で": {
        "details": {
            "facilities": ["barrier_free", "wifi", "projector", "desks"],
            "rules": "調理はできません",
            "insurance": "asked",
            "cost": "free",
        },
    },
    "お寺の離れを地域の子どもたちへ": {
        "details": {"facilities": ["tatami", "kitchen", "outdoor"], "insurance": "none", "cost": "free"},
    },
    "キャンパスの教室を、休みの期間に": {
        "season": [2, 3, 8, 9],
        "details": {"facilities": ["kitchen", "desks", "projector", "barrier_free", "wifi"], "cost": "actual"},
    },
    "まだおいしく食べられるパンを毎週金曜にお渡しできます": {
        "quota": 3,
        "carrying": EITHER,
        "details": {
            "kinds": ["bread"],
            "keeping": ["room"],
            "allergens": ["wheat", "egg", "milk"],
            "labelled": True,
            "handing": "閉店後の19時に裏口で",
        },
    },
    "防災備蓄の入れ替えで、アルファ米を500食": {
        "carrying": COLLECTED,
        "details": {
            "kinds": ["stockpile", "rice"],
            "best_before": timedelta(days=180),
            "keeping": ["room"],
            "labelled": True,
            "handing": "倉庫で、箱のまま",
        },
    },
    "形のそろわない野菜を毎週お渡しできます": {
        "carrying": NO_MEANS,
        "season": [5, 6, 7, 8, 9, 10, 11],
        "details": {"kinds": ["vegetables"], "keeping": ["room"]},
    },
    "社員ボランティア10人が、土曜の設営を手伝います": {
        "quota": 2,
        "details": {
            "minors": "no",
            "heavy": True,
            "bring": "工具、軍手",
            "provided": "作業の責任者",
            "insurance": "covered",
        },
    },
    "店のまわりの清掃に、地域の方とご一緒します": {"details": {"minors": "no", "bring": "ほうき、ちりとり"}},
    "学生サークルが子どもの学習を見ます": {"details": {"minors": "no", "provided": "交通費", "insurance": "covered"}},
    "社員食堂の調理師が、月に1回お手伝いします": {"quota": 1, "details": {"minors": "no", "bring": "エプロン、包丁"}},
    "事務所の移転で、机といすが出ます": {
        "carrying": COLLECTED,
        "details": {"kinds": ["furniture"], "terms": "give", "condition": "good", "size": "幅120cm、1台15kgくらい"},
    },
    "入れ替えるノートパソコンを寄贈します": {
        "carrying": DELIVERED,
        "details": {"kinds": ["electronics"], "terms": "give", "condition": "good", "size": "1台2kg。箱に入れます"},
    },
    "新しいノートと鉛筆を200セット": {
        "carrying": DELIVERED,
        "details": {"kinds": ["stationery", "books"], "terms": "give", "condition": "new"},
    },
    "会計ソフトの導入と決算書づくりを手伝えます": {
        "skills": ["accounting", "it"],
        "quota": 2,
        "details": {"hours_a_month": 5, "period": "ongoing", "background": "経理部の社員。簿記1級", "cost": "free"},
    },
    "ホームページの見直しをお手伝いします": {
        "skills": ["web", "design", "pr"],
        "details": {"hours_a_month": 6, "period": "months", "background": "社内のデザイナー2人", "cost": "free"},
    },
    "営業の経験を、応援のお願いに": {
        "skills": ["sales", "planning", "fundraising"],
        "details": {"hours_a_month": 4, "period": "months", "cost": "free"},
    },
    "社内の弁護士が、規約や契約の相談にのります": {
        "skills": ["legal"],
        "quota": 3,
        "details": {"hours_a_month": 2, "period": "once", "background": "企業法務の弁護士", "cost": "free"},
    },
    "社会調査のゼミが、効果の見える化をお手伝いします": {
        "quota": 2,
        "details": {"forms": ["survey", "evaluation"], "field": "福祉の評価", "students": "yes", "results": "checked"},
    },
    "移動に困る地域の調査をしています": {
        "details": {"forms": ["joint-research", "field-study"], "field": "地域の交通", "students": "yes"},
    },
    "使われていない魚や海藻を活かす研究": {
        "details": {
            "forms": ["joint-research", "prototype", "equipment"],
            "field": "水産・食品の加工",
            "results": "open",
        },
    },
    "地域の活動を紹介する欄があります": {
        "details": {
            "channels": ["newspaper", "website"],
            "audience": "湘南と県西の家庭",
            "lead_days": 30,
            "cost": "free",
        },
    },
    "コミュニティ放送で、お知らせを読みます": {
        "details": {
            "channels": ["radio", "shop", "poster"],
            "audience": "近くに住む人",
            "lead_days": 14,
            "cost": "free",
        },
    },
    "芸術の公募展に、会社の賞を出します": {
        "details": {
            "forms": ["award", "sponsorship"],
            "award": "みどり賞",
            "use": "受賞した方に会わせてください",
            "deadline": timedelta(days=120),
        },
    },
    "事業計画と資金ぐりの相談をお受けします": {"quota": 5, "details": {"forms": ["loan"]}},
    "リフト付きのワゴン車を、使わない平日の昼に": {
        "quota": 1,
        "details": {
            "loads": ["people", "goods"],
            "vehicles": ["lift", "wagon"],
            "distance": 20,
            "wheelchair": True,
            "driver": "without",
            "cost": "actual",
        },
    },
    "配送の帰り便で、荷物を運びます": {
        "details": {
            "loads": ["goods"],
            "vehicles": ["truck", "refrigerated"],
            "distance": 30,
            "cold_chain": True,
            "lifting": True,
            "driver": "with",
            "cost": "free",
        },
    },
    "封入と発送の仕事をお願いしたい": {
        "details": {
            "kinds": ["mailing", "assembly"],
            "lead_days": 20,
            "lot": 500,
            "repeats": "regular",
            "quality": "見本をお渡しします",
        },
    },
    "会社の植えこみの手入れをお願いしたい": {"details": {"kinds": ["grounds", "cafe"], "repeats": "start_small"}},
    "地域の足の課題に、いっしょに取り組む団体を": {
        "details": {
            "partners": ["npo", "welfare_council", "municipality"],
            "role": "現場の困りごとを教えてほしい",
            "brings": "車と位置情報の技術、試す費用",
            "progress": "plan",
        },
    },
    "応援したくなる商品を、就労の場と一緒に": {
        "details": {
            "partners": ["npo", "company"],
            "role": "つくることと、つくる人の物語",
            "brings": "売り場と売り方",
            "progress": "trial",
        },
    },
    "社員の「第2の人生」の活躍先をさがしています": {"details": {"cost": "free"}},
}


def answers_to(title: str, today: date) -> dict[str, Any]:
    """``details`` and columns for the scenario that begins with ``title``; days ahead are counted from ``today``."""
    told: Mapping[str, Any] = NEEDS.get(title) or OFFERS.get(title) or {}
    details = {
        code: (today + value).isoformat() if isinstance(value, timedelta) else value
        for code, value in told.get("details", {}).items()
    }
    return {**told, "details": details}
