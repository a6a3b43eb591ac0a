"""What profiles ask, and why: texts that staff may change without a release.

A code is the kind and the field (``company-business``); ``any-`` stands for all kinds that have no words of their own.
Taken out of use, a question is asked no more, and what was answered stays readable.
"""

from tomoiki.vocabulary.lists import Vocabulary

#: label = the question, help = what to write.
QUESTIONS = "profile_question"
#: label = what to add next, help = why it is worth it.
REASONS = "profile_reason"

TEXTS = (
    Vocabulary(
        QUESTIONS,
        "団体の内容：質問のことば",
        (
            # --- everybody ---
            (
                "any-description",
                "活動の紹介",
                "だれと、どこで、どんなことをしているか。相手がいちばん読むところです。",
            ),
            ("any-stage", "いまの関わり方", "どれを選んでも、受けられる支援は変わりません。いつでも変えられます。"),
            ("any-themes", "テーマ", "あてはまるものを、いくつでも選べます。"),
            (
                "any-areas",
                "活動する地域",
                "選ばなくてもかまいません。市を選ぶと、その区をすべて選んだことになります。",
            ),
            ("any-name_kana", "団体名のフリガナ", ""),
            ("any-address", "住所", ""),
            ("any-phone", "代表電話", ""),
            ("any-website", "ウェブサイト", "例：https://midori.example"),
            ("any-links", "そのほかのページ", "ブログやSNSなど、活動の様子が分かるページ。5つまで。"),
            (
                "any-logo",
                "ロゴ・マーク",
                "団体のページの先頭に出ます。ロゴがなければ、なくてもかまいません。JPEGかPNG、10MBまで。",
            ),
            ("any-branches", "拠点", "市町村ごとに、活動している場所を書いてください。"),
            ("any-corporate_number", "法人番号", ""),
            ("any-contact", "連絡の窓口", "連絡を受ける部署や方。分かるところだけでかまいません。"),
            ("any-contact_section", "部署・係", "例：事務局"),
            ("any-contact_name", "お名前", "個人のお名前を出したくないときは、空けておいてください。"),
            ("any-contact_phone", "電話番号", ""),
            ("any-contact_mail", "メールアドレス", ""),
            ("any-contact_hours", "受付の時間", "例：平日 8時30分から17時15分"),
            # --- company ---
            ("company-description", "会社の紹介", "どんな仕事をしているか、地域とどう関わりたいか。2、3行で十分です。"),
            ("company-business", "事業の分野", "あてはまるものを、いくつでも選べます。"),
            ("company-business_note", "事業の内容をひとこと", "例：木の家づくりと、住まいの相談をしています。"),
            ("company-employee_gift", "社員のみなさんができること", "いつでも必ず、でなくてかまいません。"),
            (
                "company-employee_gift_note",
                "できることをひとこと",
                "例：水曜の午後に10人まで。ボランティア休暇があります。",
            ),
            ("company-contact", "社会貢献（CSR）の窓口", "地域との活動の連絡を受ける部署や方。"),
            ("company-contact_section", "部署", "例：総務部 地域連携担当"),
            ("company-branches", "店舗・支店・工場", "お店が多いときは、「藤沢市内の5店舗」のようにまとめてください。"),
            # --- NPO ---
            ("npo-legal_form", "法人の種類", ""),
            ("npo-activities", "活動の内容", "あてはまるものを、いくつでも選べます。"),
            ("npo-serves", "だれのための活動ですか", "あてはまるものを、いくつでも選べます。"),
            ("npo-open_days", "活動している日", ""),
            ("npo-open_note", "時間などをひとこと", "例：第2・第4土曜の11時から15時"),
            ("npo-funding", "活動の資金", "おもなものを選んでください。"),
            ("npo-branches", "活動している場所", "居場所や事業所など、活動している場所を書いてください。"),
            # --- university ---
            ("university-description", "大学・研究室の紹介", "どんな研究や教育をしているか、地域とどう関わりたいか。"),
            ("university-faculties", "学部・研究科", "1行に一つずつ書いてください。"),
            ("university-research_fields", "研究の分野", "協力できる研究者がいる分野を選んでください。"),
            (
                "university-research_note",
                "研究の内容をひとこと",
                "例：多世代の居場所の効果を、聞き取りで調べています。",
            ),
            ("university-offers", "できること", "共同研究、専門的な助言、学生の参加など。"),
            ("university-offers_note", "できることをひとこと", "例：前期のゼミで、学生15人が参加できます。"),
            ("university-contact", "地域連携の窓口", "連絡を受ける部署や方。"),
            ("university-contact_section", "部署", "例：地域連携室"),
            ("university-branches", "キャンパス", ""),
            # --- municipality and welfare council ---
            ("municipality-description", "窓口の紹介", "どんな相談を受けているか。2、3行で十分です。"),
            ("municipality-services", "窓口でできること", "あてはまるものを、いくつでも選べます。"),
            ("municipality-areas", "担当する地域", "この窓口が受け持っている市区町村を選んでください。"),
            ("municipality-contact", "窓口", "地域の団体が相談するときの窓口です。"),
            ("municipality-contact_section", "窓口の名前", "例：市民協働課 協働推進係"),
            ("municipality-branches", "支所・出張所", ""),
            ("welfare_council-description", "社協の紹介", "どんな活動や相談をしているか。2、3行で十分です。"),
            ("welfare_council-services", "窓口でできること", "あてはまるものを、いくつでも選べます。"),
            ("welfare_council-areas", "担当する地域", "受け持っている市区町村を選んでください。"),
            ("welfare_council-contact", "窓口", "地域の団体が相談するときの窓口です。"),
            ("welfare_council-contact_section", "窓口の名前", "例：地域福祉課 ボランティアセンター"),
            ("welfare_council-branches", "支部・地区の事務所", ""),
            # --- financial institution ---
            ("financial-network", "つながりのある先", "あてはまるものを、いくつでも選べます。"),
            ("financial-network_note", "つながりをひとこと", "例：県西の食品関係の取引先が多くあります。"),
            ("financial-introduces", "紹介できること", "審査や条件のあるものも、選んでかまいません。"),
            ("financial-introduces_note", "紹介についてひとこと", "例：月に一度、地域の交流会を開いています。"),
            ("financial-contact", "地域連携の窓口", "連絡を受ける部署や方。"),
            ("financial-contact_section", "部署", "例：地域支援部"),
            ("financial-branches", "支店・店舗", "支店が多いときは、「小田原市内の3店舗」のようにまとめてください。"),
            # --- media ---
            ("media-description", "媒体の紹介", "どんな地域に、どんな話題を届けているか。"),
            ("media-outlets", "媒体の名前", "番組、新聞、ページの名前など。1行に一つずつ書いてください。"),
            ("media-outlet_kinds", "媒体の種類", ""),
            ("media-beats", "取材の分野", "関心のある分野を、いくつでも選べます。"),
            ("media-areas", "届けている地域", "放送や配達の区域を選んでください。"),
            ("media-contact", "情報提供（プレスリリース）の窓口", "団体からのお知らせを受ける部署や方。"),
            ("media-contact_section", "部署", "例：編集部"),
            ("media-release_note", "お知らせの送り方", "例：行事の2週間前までにメールで。写真があると助かります。"),
            ("media-branches", "支局", ""),
            # --- others ---
            ("other-activities", "活動の内容", "あてはまるものを、いくつでも選べます。"),
            ("other-serves", "だれのための活動ですか", ""),
            ("other-gives", "できること", "例：本堂を、土曜の午後に使っていただけます。"),
        ),
    ),
    Vocabulary(
        REASONS,
        "団体の内容：次に足すとよいもの",
        (
            (
                "any-description",
                "活動の紹介を書きましょう",
                "活動が2、3行あると、はじめての相手も安心して声をかけられます。",
            ),
            (
                "any-themes",
                "テーマを選びましょう",
                "テーマが合う困りごとや、できることを、おすすめできるようになります。",
            ),
            ("any-areas", "活動する地域を選びましょう", "近くの団体が、地域からあなたの団体を見つけられます。"),
            ("any-contact", "連絡の窓口を書きましょう", "急ぎの相談が、まっすぐ届きます。"),
            ("any-logo", "ロゴを載せましょう", "ひと目で覚えてもらえます。写真でもかまいません。"),
            ("any-website", "ウェブサイトを載せましょう", "活動の様子を、くわしく知ってもらえます。"),
            ("any-branches", "拠点を書きましょう", "その市町村の団体から見つけてもらえます。"),
            (
                "company-description",
                "会社の紹介を書きましょう",
                "地域とどう関わりたいかが2、3行あると、NPOや大学が声をかけやすくなります。",
            ),
            (
                "company-business",
                "事業の分野を選びましょう",
                "仕事の力が生きる困りごとを、おすすめできるようになります。",
            ),
            (
                "company-employee_gift",
                "社員のみなさんができることを選びましょう",
                "お金でなくても力になれることが、団体に伝わります。",
            ),
            (
                "company-contact",
                "社会貢献の窓口を書きましょう",
                "代表電話から回さずに、担当の方へ届きます。",
            ),
            ("company-branches", "店舗・支店を書きましょう", "お店のある市町村の団体から、見つけてもらえます。"),
            ("npo-activities", "活動の内容を選びましょう", "同じ活動を支えたい企業が、さがしやすくなります。"),
            (
                "npo-serves",
                "だれのための活動かを選びましょう",
                "力になりたい相手が決まっている団体から、声がかかります。",
            ),
            ("npo-open_days", "活動している日を選びましょう", "見学や手伝いに行ける日が、すぐに分かります。"),
            ("university-faculties", "学部・研究科を書きましょう", "どの先生に相談できそうか、見当がつきます。"),
            ("university-research_fields", "研究の分野を選びましょう", "知恵を借りたい団体が、分野からさがせます。"),
            (
                "university-offers",
                "できることを選びましょう",
                "共同研究か、助言か、学生の参加か。相談の入口がはっきりします。",
            ),
            (
                "municipality-areas",
                "担当する地域を選びましょう",
                "その地域の自治会や団体が、相談先として見つけられます。",
            ),
            ("municipality-services", "窓口でできることを選びましょう", "何を相談してよいかが、ひと目で分かります。"),
            ("municipality-contact", "窓口を書きましょう", "異動があっても、相談が迷わず届きます。"),
            ("welfare_council-areas", "担当する地域を選びましょう", "その地域の団体が、相談先として見つけられます。"),
            (
                "welfare_council-services",
                "窓口でできることを選びましょう",
                "何を相談してよいかが、ひと目で分かります。",
            ),
            ("welfare_council-contact", "窓口を書きましょう", "異動があっても、相談が迷わず届きます。"),
            ("financial-network", "つながりのある先を選びましょう", "どんな橋渡しをお願いできるかが伝わります。"),
            ("financial-introduces", "紹介できることを選びましょう", "資金だけでない支え方が、団体に伝わります。"),
            ("financial-branches", "支店を書きましょう", "近くの支店に相談したい団体が、見つけられます。"),
            ("media-outlets", "媒体の名前を書きましょう", "お知らせを送る先が、はっきりします。"),
            ("media-beats", "取材の分野を選びましょう", "関心に合うお知らせが届きやすくなります。"),
            ("media-areas", "届けている地域を選びましょう", "その地域の団体から、お知らせが届きます。"),
            ("media-contact", "情報提供の窓口を書きましょう", "団体からのお知らせが、担当の方へ届きます。"),
            ("other-activities", "活動の内容を選びましょう", "どんな団体かが、はじめての方にも伝わります。"),
            ("other-gives", "できることを書きましょう", "小さなことほど、相手が見つかりやすいものです。"),
        ),
    ),
)
