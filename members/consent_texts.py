"""The terms and the privacy notice that the portal starts with, and the step that stores them after migrations.

Staff put a newer version in force by adding a row; these are never overwritten. A blank line parts paragraphs; a
paragraph of one line that begins with 第 and a number, or with a number and a dot, is a heading.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from members.enums import ConsentKind

VERSION = "第1版"

TERMS = """\
このきまりは、ともいき社会推進コンソーシアム（以下「コンソーシアム」）が運営するポータルサイト「ともいき」（以下「このサイト」）を、気持ちよく安心して使っていただくためのものです。

第1条（このサイトの目的）

このサイトは、だれもが自分らしく活躍できる社会に向けて、地域の「困りごと」と「できること」が出会い、団体どうしが力を持ちよることを助けるためにあります。

第2条（参加できる団体）

企業、NPO等、大学、市町村、社会福祉協議会、金融機関、マスコミ、そのほか目的に共感する団体は、どの段階からでも参加できます。登録は、事務局が内容を確認したうえで承認します。内容を直していただくことや、登録をお断りすることがあります。そのときは理由をお伝えします。

第3条（費用と義務）

参加に会費などの負担はありません。参加したことで、何かをしなければならない義務は生じません。手を挙げること、断ること、やめることは、いつでも自由です。

将来、運営が外部の組織に移り、費用をいただく形に変わることがあります。そのときは前もってお知らせし、続けて参加するかどうかを改めておたずねします。

第4条（お約束できないこと）

相手が必ず見つかることや、おつなぎが望んだ結果になることは、お約束できません。6か月の個別伴走支援は、選考のうえで対象を決めます。団体どうしの約束ごと（物の受け渡し、費用、けがや事故への備えなど）は、それぞれの団体の責任で決めてください。

第5条（アカウント）

メールアドレスとパスワードは、ご本人だけが使い、ほかの人に渡さないでください。担当者が替わるときは、代表担当者が担当者の登録を変えてください。登録の内容が変わったときは、早めに直してください。

第6条（してはいけないこと）

次のことはしないでください。うそや、ほかの団体・人をよそおった登録や掲載。人を傷つけること、差別すること。法律に反すること。政治活動、宗教の勧誘、このサイトの目的から外れた営業。やりとりで知った個人情報や団体の秘密を、許しなく外へ出すこと。このサイトの動きをさまたげること。

第7条（掲載したもの）

文章や写真は、それを載せる権利をもつ団体が載せてください。写っている人の了解も得てください。掲載の前に事務局が内容を確認します。このきまりに合わないものは、載せないことや、掲載をやめることがあります。文章や写真の権利は載せた団体に残りますが、コンソーシアムは、このサイトと活動の紹介のためにそれを使うことができます。

第8条（事務局の関わり）

おつなぎが安心して進むように、事務局は団体どうしのやりとりを読み、加わることがあります。

第9条（一時停止と退会）

このきまりに反するときや、ほかの参加者の安全のために必要なときは、事務局は理由を伝えて利用を一時停止することがあります。退会は、いつでもできます。

第10条（サービスの変更と責任）

このサイトは、点検や災害などで止まることがあります。コンソーシアムは、わざと、または重い過ちによる場合を除き、このサイトの利用によって生じた損害の責任を負いません。

第11条（きまりの変更）

このきまりを変えるときは、変える内容と時期を前もってこのサイトでお知らせします。大切な変更のときは、改めて同意をおたずねします。

第12条（法律と裁判所）

このきまりには日本の法律が適用されます。争いになったときは、横浜地方裁判所を第一審の裁判所とします。
"""

PRIVACY = """\
ともいき社会推進コンソーシアム（以下「コンソーシアム」）は、ポータルサイト「ともいき」でお預かりする個人情報を、個人情報の保護に関する法律にしたがって、次のように取り扱います。

1. お預かりする情報

担当者の方のお名前、フリガナ、メールアドレス、電話番号、部署・役職。所属する団体の情報。掲載した文章と写真、やりとり、成果の報告。ログインの記録など、安全のための記録。GビズIDを使う方については、GビズIDの番号と種類、団体名、法人番号。

2. 使う目的

団体の登録と本人の確認。困りごととできることのおつなぎ。講座や伴走支援、お知らせのご案内。お問い合わせへの返事。取り組みの成果を、だれのことか分からない数字にまとめること。不正な利用を防ぐこと。これ以外の目的には使いません。

3. 見える範囲

団体の名前、種類、市区町村は、団体の一覧に載ります（載せないことも選べます）。団体のページのそのほかの項目は、だれに見せるかを団体が項目ごとに決めます。連絡の窓口としてお名前や連絡先を載せる場合も、同じです。担当者のお名前は、おつなぎの相手の団体と、同じ団体の担当者に見えます。担当者ご本人のメールアドレスと電話番号は公開しません。すでに登録されている団体に加わりたいと申し込むと、お名前とメールアドレスが、その団体の代表担当者に伝わります。

4. ほかへの提供

ご本人の同意があるとき、または法律にもとづくときを除き、ほかへ提供しません。サーバーの運用などを外部に任せるときは、きちんと取り扱うよう監督します。

5. 保管の期間

途中まで入力した登録の内容は14日で消します。メールアドレスの確認が済まない登録は30日で消します。お送りしたメールの本文は90日で消します。退会した団体の情報、終わった招待や申込みなどは、事務局が定めて退会の画面などでお示しする期間が過ぎたあと、だれのことか分からない形にするか、消します。

6. 安全のために

通信は暗号化し、アップロードされた写真からは位置の情報を取り除きます。事務局の職員は、二段階のログインを使います。だれが何をしたかの記録を残します。

7. Cookie（クッキー）

ログインを続けるためと、送信のなりすましを防ぐために、必要なCookieだけを使います。広告や、ほかのサイトによる追跡には使いません。

8. 見る・直す・消す

ご自分の情報は「登録の内容」の画面でいつでも見て、直すことができます。お預かりしている情報をまとめて受け取ることも、アカウントを削除することも、同じ画面からできます。ご自分でできないときは、お問い合わせの画面からお送りください。ご本人と確かめたうえで対応します。

9. お問い合わせ

個人情報の取り扱いについてのご質問は、このサイトのお問い合わせの画面から、事務局へお送りください。
"""

TEXTS = {ConsentKind.TERMS: TERMS, ConsentKind.PRIVACY: PRIVACY}


def load_documents() -> int:
    """Add the first version of each text where there is none of that kind; how many were added."""
    from members.models import ConsentDocument  # the app's start imports this module before models are loaded

    known = set(ConsentDocument.objects.values_list("kind", flat=True))
    new = [
        ConsentDocument(kind=kind, version=VERSION, body=text, published_at=timezone.now())
        for kind, text in TEXTS.items()
        if kind not in known
    ]
    # Two processes may migrate at once.
    ConsentDocument.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def store_documents(sender: Any, *, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """The ``post_migrate`` step of this app."""
    from members.models import ConsentDocument  # the app's start imports this module before models are loaded

    # After a migration back to zero there is no table.
    if using == DEFAULT_DB_ALIAS and ConsentDocument._meta.db_table in connection.introspection.table_names():
        load_documents()
