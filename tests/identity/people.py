"""Who has a GビズID in the tests: all invented, with 法人番号 whose check digits are right."""

from typing import Any

NUMBER = "5835678256246"
OTHER_NUMBER = "7000012050002"

PEOPLE: dict[str, dict[str, Any]] = {
    "prime": {
        "account_type": "2",
        "corp_type": "1",
        "corporate_number": NUMBER,
        "name": "架空法人みどりの縁側",
        "prefecture_name": "神奈川県",
        "address1": "藤沢市架空1-1-1",
        "rep_last_nm": "代表",
        "rep_first_nm": "太郎",
        "birthday_ymd": "19600101",
        "user_last_nm": "森",
        "user_first_nm": "春子",
        "user_last_nm_kana": "モリ",
        "user_first_nm_kana": "ハルコ",
        "user_birthday_ymd": "19700101",
        "email": "haruko@midori.example",
    },
    "member": {
        "account_type": "3",
        "corp_type": "1",
        "corporate_number": NUMBER,
        "name": "架空法人みどりの縁側",
        "user_last_nm": "林",
        "user_first_nm": "次郎",
        "email": "jiro@midori.example",
    },
    "entry": {"account_type": "1", "corp_type": "1", "corporate_number": NUMBER, "name": "名乗っただけの法人"},
    "sole": {"account_type": "2", "corp_type": "2", "name": "架空の個人事業主"},
    "broken": {"account_type": "2", "corp_type": "1", "corporate_number": "1234567890123", "name": "番号の違う法人"},
}
