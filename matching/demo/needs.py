"""What the demo's organisations need: invented situations of the kinds the consortium is there for."""

from matching.demo.scenario import Scenario

NEEDS = [
    # --- places ---
    Scenario(
        "place",
        ("平日の午後、子どもが立ち寄れる部屋をさがしています", "放課後に宿題ができる部屋を借りたい"),
        "学校が終わってから家の人が帰るまで、ひとりで過ごす子が少なくありません。宿題をしたり、おやつを食べたり、"
        "ただ寝ころんだり。名前を呼んでくれる大人がいる部屋を、もうひとつ開きたいと考えています。\n\n"
        "今は月2回、公民館の和室をお借りしていますが、予約が取れない月が増えてきました。",
        ("children", "isolation"),
        kinds=("npo",),
        quantity=15,
        unit="people",
        weekdays=(0, 1, 2, 3, 4),
        hours=(14, 18),
        quantity_note="見守りの大人が3人",
    ),
    Scenario(
        "place",
        ("こども食堂を週末にも開ける台所つきの会場", "月にもう1回、食堂を開きたい"),
        "毎月第3土曜に食堂を開いています。来てくれる親子が増え、断ることも出てきました。火の使える台所と、"
        "30人ほどがすわれる場所があれば、開く日を増やせます。片づけと掃除は責任をもって行います。",
        ("children", "poverty"),
        kinds=("npo", "welfare_council"),
        quantity=30,
        unit="people",
        weekdays=(5, 6),
        hours=(9, 15),
    ),
    Scenario(
        "place",
        ("車いすで入れる会場で、月1回の手芸の会を", "段差のない部屋を月に1回お借りしたい"),
        "車いすの方が5人、杖の方が3人います。入口から席まで段差がなく、広いお手洗いのある部屋をさがしています。"
        "駅から歩ける場所だと助かります。机と椅子があれば、ほかの用意はいりません。",
        ("disability", "community"),
        kinds=("npo", "welfare_council"),
        quantity=12,
        unit="people",
        weekdays=(3,),
        hours=(13, 16),
    ),
    Scenario(
        "place",
        ("認知症の方と家族が集うカフェの場所", "毎月ひらく介護者カフェの会場がほしい"),
        "介護をしている家族どうしが、気がねなく話せる場を続けています。お茶が出せて、少し静かな部屋があると"
        "落ち着いて話せます。お店の定休日など、空いている時間をお借りできないでしょうか。",
        ("elderly", "isolation"),
        kinds=("npo", "welfare_council"),
        quantity=20,
        unit="people",
        weekdays=(2,),
        hours=(13, 15),
    ),
    Scenario(
        "place",
        ("不登校の子の日中の居場所に使える一室", "学校に行かない日に過ごせる部屋"),
        "学校に足が向かない子どもたちが、昼間に安心して過ごせる部屋を開いています。絵を描いたり、ゲームをしたり、"
        "何もしなかったり。大家さんの都合で今の部屋を出ることになり、次の場所をさがしています。",
        ("children", "isolation"),
        kinds=("npo",),
        quantity=8,
        unit="people",
        weekdays=(1, 3),
        hours=(10, 15),
    ),
    Scenario(
        "place",
        ("フードパントリーの荷物を置ける場所", "食品を一時的に置ける倉庫の一角"),
        "月に一度、いただいた食品を仕分けして配っています。届いた荷物を数日置ける、雨のかからない場所が"
        "足りません。6畳ほどの広さがあれば十分です。",
        ("poverty",),
        kinds=("npo", "welfare_council"),
        quantity=1,
        unit="rooms",
    ),
    # --- food ---
    Scenario(
        "food",
        ("ひとり親家庭に届けるお米やレトルト食品", "夏休みの昼ごはんになる食品を分けてください"),
        "給食のない時期は、昼ごはんに困る家庭があります。日持ちのする主食やおかずを、月に一度お渡ししています。"
        "賞味期限まで1か月以上あるものでしたら、少しの量でもありがたいです。",
        ("children", "poverty"),
        kinds=("npo", "welfare_council"),
        quantity=40,
        unit="households",
    ),
    Scenario(
        "food",
        ("食堂で使う野菜を毎週分けてもらえませんか", "形のそろわない野菜を活かしたい"),
        "畑でとれすぎた野菜や、売り場に出せない形の野菜を、食堂の献立に使わせてください。取りにうかがいます。"
        "子どもたちには、どこの畑の野菜かを話しながら出しています。",
        ("children", "environment"),
        kinds=("npo",),
        quantity=20,
        unit="kilograms",
    ),
    Scenario(
        "food",
        ("食物アレルギーの子も食べられるおやつ", "誕生日会に出せる、卵と乳を使わないお菓子"),
        "月に一度の誕生日会で、みんなが同じものを食べられるようにしたいと思っています。原材料の分かる、"
        "卵と乳製品を使わないお菓子を分けていただけるところをさがしています。",
        ("children",),
        kinds=("npo",),
        quantity=25,
        unit="pieces",
    ),
    Scenario(
        "food",
        ("災害用の備え、入れ替えのときに声をかけてください", "備蓄の水と缶詰を引き取らせてください"),
        "備蓄の入れ替えで期限の近づいた食品を、困っている家庭に配っています。まとまった量でも、"
        "軽自動車で取りにうかがえます。",
        ("poverty", "disaster"),
        kinds=("npo", "welfare_council"),
        quantity=200,
        unit="meals",
    ),
    # --- hands ---
    Scenario(
        "hands",
        ("夏祭りのやぐら組み立てを手伝ってください", "お祭りのテントを立てる力仕事に手を"),
        "自治会の担い手が高齢になり、やぐらとテントの組み立てに人手が足りません。午前中だけでもかまいません。"
        "終わったら、みんなで焼きそばを食べます。軍手と飲みものは用意します。",
        ("community", "elderly"),
        kinds=("municipality", "welfare_council"),
        quantity=8,
        unit="people",
        weekdays=(5,),
        hours=(9, 12),
    ),
    Scenario(
        "hands",
        ("公園の花壇づくり、土を運ぶ人手がほしい", "商店街の花植えをいっしょに"),
        "春と秋に、通りの花を植えかえています。土や苗を運ぶのがたいへんになってきました。親子での参加も歓迎です。"
        "道具はこちらにあります。",
        ("community", "environment"),
        kinds=("municipality", "npo"),
        quantity=10,
        unit="people",
        weekdays=(6,),
        hours=(9, 11),
    ),
    Scenario(
        "hands",
        ("こども食堂の調理と配膳に、月1回のお手伝い", "50食をつくる日の台所に入ってくれる人"),
        "献立は決まっています。野菜を切る、よそう、洗う。料理が得意でなくても大丈夫です。はじめての方には、"
        "前の月からいる人がつきます。",
        ("children", "poverty"),
        kinds=("npo",),
        quantity=4,
        unit="people",
        weekdays=(5,),
        hours=(9, 14),
    ),
    Scenario(
        "hands",
        ("スマートフォンを教える会の話し相手", "シニアのスマホ相談に、となりで一緒に見てくれる人"),
        "「文字を大きくしたい」「写真を孫に送りたい」。一人ひとりの困りごとをとなりで一緒に見てくれる方を"
        "さがしています。教えるのが上手でなくても、急がせない方なら大歓迎です。",
        ("elderly",),
        kinds=("npo", "welfare_council", "municipality"),
        quantity=6,
        unit="people",
        weekdays=(2,),
        hours=(13, 15),
    ),
    Scenario(
        "hands",
        ("海岸の清掃で、流木を運ぶ人を", "川べりのごみ拾いを一緒にしませんか"),
        "台風のあとは大きな流木が打ち上がります。手で運べる大きさに分け、集積所まで運びます。"
        "長靴と手袋はお貸しします。小さなお子さんも参加できる場所を分けています。",
        ("environment",),
        kinds=("npo", "municipality"),
        quantity=20,
        unit="people",
        weekdays=(6,),
        hours=(8, 10),
    ),
    Scenario(
        "hands",
        ("障害のある方の外出に付きそってくれる人", "買いものに一緒に行ってくれる人をさがしています"),
        "ひとりで店に入るのが不安な方と、月に一度いっしょに買いものに行きます。資格はいりません。"
        "はじめの2回は職員が同行します。",
        ("disability",),
        kinds=("npo", "welfare_council"),
        quantity=3,
        unit="people",
        weekdays=(5,),
        hours=(10, 12),
    ),
    # --- goods ---
    Scenario(
        "goods",
        ("学習室で使う机といすをゆずってください", "子どもが使える大きさの机がほしい"),
        "事務所の移転などで使わなくなった机といすがありましたら、ゆずってください。"
        "多少の傷は、みんなで紙やすりをかけて直します。",
        ("children",),
        kinds=("npo",),
        quantity=10,
        unit="sets",
    ),
    Scenario(
        "goods",
        ("避難所の訓練で使う段ボールベッド", "防災訓練に使う資材を貸してください"),
        "地域の防災訓練で、体の不自由な方の寝床を実際につくってみます。使い終わったらお返しします。",
        ("disaster", "disability"),
        kinds=("municipality", "welfare_council"),
        quantity=6,
        unit="sets",
    ),
    Scenario(
        "goods",
        ("読みおわった絵本を、待合室の本棚に", "外国につながる子に読ませたい絵本"),
        "待っている時間に親子で読める本棚をつくります。やさしい日本語の絵本、外国語の絵本もさがしています。",
        ("children", "multicultural"),
        kinds=("npo", "welfare_council"),
        quantity=100,
        unit="pieces",
    ),
    Scenario(
        "goods",
        ("食堂の冷凍庫がこわれました", "中古の冷蔵庫をさがしています"),
        "いただいた食品を保つ冷凍庫が動かなくなりました。業務用でも家庭用でも、動くものでしたら取りにうかがいます。",
        ("children", "poverty"),
        kinds=("npo",),
        quantity=1,
        unit="vehicles",
    ),
    # --- skill ---
    Scenario(
        "skill",
        ("決算書のつくり方を教えてください", "会計ソフトをはじめて入れます。手伝ってください"),
        "会計の担当がひとりで、手書きの帳簿を続けています。会計ソフトに移りたいのですが、何から始めればよいか"
        "分かりません。月に1回、2時間ほど相談にのってくださる方をさがしています。",
        ("work",),
        kinds=("npo",),
        quantity=2,
        unit="hours",
        online=True,
    ),
    Scenario(
        "skill",
        ("活動を紹介するホームページを見直したい", "スマートフォンで見やすいページにしたい"),
        "10年前につくったページのままで、電話番号も古くなっています。自分たちで直せる形にしたいです。",
        ("work",),
        kinds=("npo", "welfare_council"),
        online=True,
    ),
    Scenario(
        "skill",
        ("寄附のお願いの文章を一緒に考えてほしい", "企業に伝わる企画書の書き方を教えてください"),
        "活動の大切さは分かってもらえるのに、続けて応援してもらうところまでいきません。"
        "企業の方の目で、何が足りないのかを教えてください。",
        ("work",),
        kinds=("npo",),
        quantity=4,
        unit="times",
        online=True,
    ),
    Scenario(
        "skill",
        ("就労の場で作る焼き菓子のパッケージデザイン", "手づくり品の値段のつけ方を相談したい"),
        "障害のある人たちがつくる焼き菓子を、道の駅でも売れる包みにしたいです。"
        "つくる人の顔が浮かぶようなデザインを一緒に考えてください。",
        ("disability",),
        kinds=("npo",),
        online=True,
    ),
    Scenario(
        "skill",
        ("名簿と会費の管理をやさしくしたい", "紙の名簿を表計算にする手伝い"),
        "紙の名簿を写すところから始めて、引き継ぎのできる形にしたいと思っています。個人情報の扱いも教えてください。",
        ("work", "community"),
        kinds=("npo", "municipality"),
        quantity=3,
        unit="times",
    ),
    # --- expertise ---
    Scenario(
        "expertise",
        ("居場所に来る人の変化を、きちんと調べたい", "サロンの効果を数字と言葉で示したい"),
        "参加者の表情が明るくなったことは分かりますが、それを人に示せる形にしたいのです。"
        "聞き取りやアンケートのつくり方を、研究者や学生の方と一緒に考えたいです。",
        ("elderly", "isolation"),
        kinds=("npo", "welfare_council"),
    ),
    Scenario(
        "expertise",
        ("デイサービスの送迎車の空き時間、使い方を一緒に考えませんか", "空いている車の使い道を調べてほしい"),
        "昼間の数時間、送迎車が車庫に眠っています。買いものに困る方のために使えないか、"
        "道路や保険のことも含めて一緒に調べてくださる研究室をさがしています。",
        ("elderly", "community"),
        kinds=("welfare_council", "npo"),
    ),
    Scenario(
        "expertise",
        ("磯焼けの海を戻す取り組みを、共同で", "海藻を食べる魚の使い道を一緒に研究したい"),
        "利用されていない魚を活かし、藻場を取り戻す方法をさがしています。加工は就労施設で行いたいと考えています。",
        ("environment", "disability"),
        kinds=("npo", "company"),
    ),
    Scenario(
        "expertise",
        ("外国につながる子の日本語の伸びを見たい", "学習支援の中身を専門家に見てほしい"),
        "ボランティアが工夫して教えていますが、この方法でよいのか自信がありません。授業を見て助言をください。",
        ("multicultural", "children"),
        kinds=("npo",),
    ),
    # --- publicity ---
    Scenario(
        "publicity",
        ("不登校の子の居場所を、地域に知ってほしい", "活動を取材してくれませんか"),
        "必要としている家庭に、ここにあることが届いていません。紹介の記事や番組で取り上げていただけませんか。"
        "子どもの顔や名前が出ないようにお願いします。",
        ("children", "isolation"),
        kinds=("npo",),
    ),
    Scenario(
        "publicity",
        ("手話で楽しむ演奏会のお知らせを広めたい", "多文化まつりの案内を置いてください"),
        "店先や窓口にちらしを置いてくださるところ、お知らせ欄に載せてくださるところをさがしています。",
        ("disability", "multicultural"),
        kinds=("npo", "municipality"),
        quantity=300,
        unit="pieces",
    ),
    # --- funding ---
    Scenario(
        "funding",
        ("絵のコンテストに、会社の名前のついた賞を", "作品展の協賛をつのっています"),
        "障害のある人と一緒に運営する絵のコンテストです。応募作品の整理や返送も、仕事として担っています。"
        "作品を選び、賞に会社の名前をつけてくださる企業をさがしています。",
        ("disability", "children"),
        kinds=("npo",),
        quantity=50_000,
        unit="yen",
    ),
    Scenario(
        "funding",
        ("送迎に使う車の車検代を応援してください", "子どもたちのバス遠足を応援してください"),
        "一年に一度の大きな支出です。少額でも、続けて応援してくださる方を求めています。使いみちは毎年ご報告します。",
        ("children", "elderly"),
        kinds=("npo",),
        quantity=100_000,
        unit="yen",
    ),
    # --- transport ---
    Scenario(
        "transport",
        ("通院の送り迎えに、車いすのまま乗れる車を", "平日の日中に使える福祉車両"),
        "電車での通院がむずかしい方の送り迎えに使います。運転はこちらの登録ボランティアが行い、保険にも入ります。",
        ("elderly", "disability"),
        kinds=("npo", "welfare_council"),
        quantity=1,
        unit="vehicles",
        weekdays=(0, 1, 2, 3, 4),
        hours=(9, 15),
    ),
    Scenario(
        "transport",
        ("いただいた食品を運ぶ、月1回の配送", "パントリーの荷物を届けてくれる車"),
        "倉庫から会場まで、段ボール20箱ほどを運びます。帰り便の空きなど、できる範囲でかまいません。",
        ("poverty",),
        kinds=("npo", "welfare_council"),
        quantity=20,
        unit="pieces",
        weekdays=(4,),
        hours=(13, 17),
    ),
    # --- work ---
    Scenario(
        "work",
        ("封入や袋づめの仕事を出してください", "就労の場に、軽作業をまわしてください"),
        "障害のある12人が働いています。部品の組み立て、封入、ラベル貼りなど、細かく根気のいる仕事が得意です。"
        "納期と数をうかがって、無理のない形でお受けします。",
        ("disability",),
        kinds=("npo",),
        quantity=500,
        unit="pieces",
    ),
    Scenario(
        "work",
        ("畑仕事の手がほしい農家さんはいませんか", "オフィスの清掃をまかせてください"),
        "職員がつきそって3、4人でうかがいます。収穫や草取り、清掃など、外に出て働く機会を増やしたいと考えています。",
        ("disability", "environment"),
        kinds=("npo",),
        quantity=4,
        unit="people",
    ),
    # --- partnership ---
    Scenario(
        "partnership",
        ("団地の空き店舗を、みんなの台所にしたい", "空き家を多世代の居場所に。いっしょに考える仲間を"),
        "料理の好きな高齢の方、居場所のほしい子ども、店をやってみたい障害のある人。"
        "得意を持ちよって動かす台所を構想しています。企業や大学のみなさんと、事業として続く形を考えたいです。",
        ("community", "elderly", "children"),
        kinds=("npo", "municipality", "welfare_council"),
    ),
    Scenario(
        "partnership",
        ("災害のとき、外国の人にどう伝えるか", "避難所でだれも取り残さない方法を一緒に"),
        "文字の多い案内では伝わりません。絵や音、やさしい日本語。企業の技術と学生の力を借りて、"
        "次の訓練までに形にしたいです。",
        ("disaster", "multicultural"),
        kinds=("municipality", "welfare_council", "npo"),
    ),
    Scenario(
        "other",
        ("若い世代に活動を引き継ぐ方法を知りたい", "世話人のなり手をさがす知恵を貸してください"),
        "立ち上げから15年、世話人の平均年齢が70歳を超えました。似た経験のある団体の話を聞かせてください。",
        ("community", "elderly"),
        kinds=("npo", "municipality"),
    ),
]
