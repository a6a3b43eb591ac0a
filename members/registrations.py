"""This app's share of what lower apps collect: its lists, who may see a logo, and what waits for a person."""

from members import links, promises, retention_rules  # noqa: F401 - links and rules register themselves
from members.profiles.questions import TEXTS
from members.profiles.vocabularies import LISTS
from members.roster_files import can_read_roster
from members.staff_queues import QUEUES
from members.visibility import can_read_logo
from members.waiting import waiting_items
from members.waiting_consents import consents_waiting, reconfirmations_waiting
from tomoiki.files.access import FileAccess, file_access
from tomoiki.vocabulary.lists import Vocabulary, vocabularies
from tomoiki.web.waiting import WaitingSource, member_waiting, staff_waiting

vocabularies.register(
    Vocabulary(
        "theme",
        "テーマ",
        (
            ("children", "子ども・子育て", "子ども食堂、学習支援、親子の居場所など"),
            ("elderly", "高齢の方", "見守り、生きがい、多世代の交流など"),
            ("disability", "障がいのある方", "働く場、社会参加、作品の発表など"),
            ("school-refusal", "学校に行きづらい子ども・若者", "学校の外の居場所、はじめの一歩など"),
            ("isolation", "孤独・孤立", "つながりづくり、相談、居場所など"),
            ("poverty", "暮らしの困りごと", "食料、住まい、生活の支援など"),
            ("community", "地域のつながり", "自治会・町内会、夏祭り、清掃など"),
            ("multicultural", "多文化", "外国につながる方の暮らし、やさしい日本語など"),
            ("environment", "環境・海・みどり", "藻場の再生、食品ロス、清掃など"),
            ("disaster", "防災", "備え、避難、被災した方の支援など"),
            ("health", "健康・スポーツ", "体を動かす場、介護予防など"),
            ("culture", "文化・アート", "絵画、音楽、演劇、伝統行事など"),
            ("work", "働くこと", "仕事づくり、就労支援、プロボノなど"),
            ("gender", "性別・多様な生き方", "だれもが自分らしくいられる場づくりなど"),
        ),
    )
)

# What profiles ask and say.
for _list in (*LISTS, *TEXTS):
    vocabularies.register(_list)
vocabularies.register(Vocabulary(promises.VOCABULARY, "参加の約束：各画面でお伝えすること", promises.DEFAULTS))

vocabularies.register(
    Vocabulary(
        "group_kind",
        "地域の団体の種類",
        (
            ("neighbourhood", "自治会", ""),
            ("block", "町内会", ""),
            ("children", "子ども会", ""),
            ("elderly", "老人会", ""),
            ("women", "婦人会", ""),
            ("shops", "商店会", ""),
            ("pta", "PTA", ""),
            ("volunteers", "ボランティアグループ", ""),
            ("other", "その他", ""),
        ),
    )
)

file_access.register(FileAccess("rosters", "members.RosterImport", can_read_roster))
file_access.register(FileAccess("organisation logos", "members.Organisation", can_read_logo))

member_waiting.register(WaitingSource("members", waiting_items))
member_waiting.register(WaitingSource("consents", consents_waiting))
member_waiting.register(WaitingSource("reconfirmations", reconfirmations_waiting))

# What waits for staff.
for _queue in QUEUES:
    staff_waiting.register(_queue)
