"""What a text says is not there: 「駐車場はありません」 names a car park and is not about one.

A word is denied when its clause says so (ありません, 不要, 以外, 扱っていません). What sounds like a denial and is
none is left alone: requests (いただけませんか), duties (しなければなりません), lack (人手が足りません),
「だけではなく」.
"""

import re
from collections.abc import Sequence

from tomoiki.text.tokens import NOMINAL, Token, word_set

_NEGATIONS = frozenset({"ない", "ぬ", "ず", "無い", "ん", "まい"})
_ABSENT = frozenset(
    {
        "無し",
        "不要",
        "不可",
        "厳禁",
        "禁止",
        "対象外",
        "御断り",
        "断る",
        "ng",
        "お断り",
        "不問",
        "無用",
        "遠慮",
        "なし",
        "控える",
    }
)
#: After 未 and 不: 未設置, 不使用.
_UNDONE = frozenset({"設置", "使用", "対応", "実施", "要", "可", "導入", "整備"})
_EXISTS = frozenset({"有る", "居る", "御座る"})
# Said with a negation, and still no denial of what stands before.
_NO_DENIAL = word_set(
    "足りる 間に合う 追い付く 追いつく 構う 欠かす 欠かせる 済む 知る 分かる 限る 変わる 違う 途切れる 足る 惜しむ"
    " 絶える 尽きる 関わる 拘る 言う 及ぶ 進む 慣れる 届く 行き届く 回る 集まる 見付かる 増える 続く 決まる"
)
_PHRASES_WITHOUT_DENIAL = re.compile(
    r"(?:ませんか|ないか|ないでしょう|ませんでしょう|なければ|なくては|なくちゃ|ないと(?!き|こ)|ねばな|ざるを得|かもしれ|"
    r"少なくな|少なくあ|問題(?:は)?(?:な|あ)|差し支え(?:は)?(?:な|あ)|支障(?:は)?(?:な|あ)|仕方(?:が)?な|しかたな|"
    r"さえあれば|に違いな|に過ぎな|わけではな|とは限)"
)
_ONLY = re.compile(r"(?:しか|だけで(?:は)?|ばかりで(?:は)?|のみなら|に限らず|を問わず|にかかわらず|に関わらず)")
_AND = frozenset({"や", "と", "も", "・", "、", "または", "又は", "もしくは", "及び", "および", "とか", "か", ",", "/"})
# Words that lean on what stands before them: 駐車場の用意はありません.
_LEANING = word_set(
    "用意 設備 利用 貸し出す 貸出 提供 対応 受け入れる 準備 預かる 引き取る 使用 持ち込む 販売 設置 予定 必要 経験 心配"
    " 参加 受付 受け付ける 取り扱う 扱い 取扱 実施 手配 費用 負担 知識 資格 免許 支援 案内 同行 回収 受領 寄付 受け取る"
    " 問い合わせる 活動 相談 連絡 配布 演奏 来場 申し込む 場合 入場 借りる 買い取る ほう"
)
_PERSON = word_set(
    "人 方 子 子供 若者 高齢者 世帯 家庭 学生 親 母親 父親 家族 生徒 児童 団体 仲間 者 お年寄り 住民 女性 男性 青年"
    " 親子"
)
_TIME = word_set("時間 日 時 間 時間帯 平日 曜日 期間 月 夜 昼 午前 午後 朝 夕方 季節 所 部屋 場所 物")
_SENTENCE_ENDS = frozenset("。！!？?\n；;")
_BREAKS = frozenset({"が", "けど", "けれど", "けれども", "ので", "し", "のに"})


def denied(tokens: Sequence[Token], *, lack_is_need: bool = False) -> set[int]:
    """The numbers of those ``tokens`` that the text says are not there, not wanted or not part of it.

    ``lack_is_need``: the text asks for something, so that 「場所がありません」 is what it is about.
    """
    found: set[int] = set()
    for number, token in enumerate(tokens):
        if token.surface in ("は", "も", "が", "を", "の") and token.kind == "particle":
            if _particle_denies(tokens, number, lack_is_need):
                found |= _named_before(tokens, number)
        elif token.lemma in ("以外", "除く", "除外"):
            end = number - 1 if tokens[number - 1].surface in ("を", "は", "の") else number
            found |= _named_before(tokens, end + 1 if tokens[end].kind in NOMINAL else end)
        elif _undone(tokens, number):
            found |= _named_before(tokens, number)
        elif (token.lemma in _ABSENT or token.surface == "無し") and number:
            found |= _label_denied(tokens, number)
        elif token.kind == "verb" and token.surface in ("はいり", "はいら") and number:
            # 道具はいりません, which the dictionary reads as 入る.
            if any(each.base in _NEGATIONS for each in tokens[number + 1 : number + 3]):
                found |= _named_before(tokens, number)
        elif token.surface in ("で", "じゃ", "では") and _not_that(tokens, number):
            found |= _named_before(tokens, number)
    return found | _negated_verbs(tokens)


def _particle_denies(tokens: Sequence[Token], number: int, lack_is_need: bool) -> bool:
    particle = tokens[number].surface
    clause = _clause(tokens, number + 1, particle)
    if not clause:
        return False
    verdict = _predicate(clause)
    if verdict is None:
        return False
    at, verb = verdict
    text = "".join(token.surface for token in clause[: at + 8])
    before = tokens[number - 1].surface if number else ""
    to_there = before + particle + "".join(token.surface for token in clause[:at])
    if _PHRASES_WITHOUT_DENIAL.search(text) or _ONLY.search(to_there):
        return False
    after = [token for token in clause[at + 1 :] if token.kind != "other"][:2]
    if particle == "の":
        # 経験のない方も: only where the negation follows at once.
        if verb != "無い" or at:
            return False
        return _not_required(after) if after and _lemma_is(after[0], _PERSON) else True
    if particle == "を":
        # 捨てないで寄付してください speaks of the thing all the same.
        if re.search(r"ないで(?!くださ|下さ)", text):
            return False
        return at <= 1 and verb not in _NO_DENIAL and not any(_lemma_is(each, _TIME | _PERSON) for each in after)
    if particle == "が":
        if after and after[0].kind in NOMINAL and _lemma_is(after[0], _PERSON):
            return _not_required(after)
        if _without(clause, at):
            return True
        return not lack_is_need and (verb in _EXISTS or verb == "無い" or verb in _ABSENT) and at <= 2
    return True


def _lemma_is(token: Token, words: frozenset[str]) -> bool:
    return token.lemma in words


def _not_required(after: Sequence[Token]) -> bool:
    """資格がない方も, 経験のない人でも: what is missing is not asked for."""
    return len(after) > 1 and _lemma_is(after[0], _PERSON) and after[1].surface in ("も", "でも", "で")


def _without(clause: Sequence[Token], at: int) -> bool:
    """資格がなくても."""
    following = [token.surface for token in clause[at + 1 : at + 3]]
    return clause[at].surface in ("なく", "なくて") and "も" in following


def _clause(tokens: Sequence[Token], start: int, particle: str) -> list[Token]:
    """What is said after the particle, to the end of the clause."""
    clause: list[Token] = []
    for token in tokens[start : start + 24]:
        if token.surface in _SENTENCE_ENDS or (token.kind == "sign" and token.surface not in ("「", "」", " ")):
            break
        if clause and token.kind == "particle" and token.surface in ("は", *_BREAKS):
            # 〜が, at the end of a clause joins two; after a noun it is the subject.
            if token.surface == "は" or clause[-1].kind not in NOMINAL:
                break
            if particle == "が":
                break
        clause.append(token)
    return clause


def _predicate(clause: Sequence[Token]) -> tuple[int, str] | None:
    """The place of what negates in ``clause`` and the lemma of what is negated; None where nothing is."""
    verb = ""
    for at, token in enumerate(clause):
        if token.kind == "verb":
            verb = (
                token.lemma
                if token.lemma not in ("為る", "出来る", "致す", "居る", "呉れる", "貰う") or not verb
                else verb
            )
        if _undone(clause, at):
            return at, "不要"
        if token.lemma in _ABSENT or (token.lemma == "無い" and token.kind == "adjective"):
            if token.lemma in ("断る", "遠慮") and any(each.lemma == "無い" for each in clause[at + 1 :]):
                return None
            return (at, "無い" if token.lemma == "無い" else token.lemma) if verb not in _NO_DENIAL else None
        if token.kind == "other" and token.base in _NEGATIONS and at:
            if verb in _NO_DENIAL:
                return None
            return at, verb
    return None


def _leans(token: Token) -> bool:
    """Whether its denial is that of what stands before it: 医療の通訳はできません, but not 会場の駐車場はありません."""
    return token.lemma in _LEANING or token.part[2] == "サ変可能"


def _undone(tokens: Sequence[Token], at: int) -> bool:
    """未設置, 不使用."""
    following = tokens[at + 1 : at + 2]
    return tokens[at].lemma in ("未", "不") and bool(following) and following[0].lemma in _UNDONE


def _named_before(tokens: Sequence[Token], end: int) -> set[int]:
    """The noun phrase that ends before ``end``, with those named beside it: 食品や衣類は."""
    named: set[int] = set()
    at = end - 1
    while at >= 0:
        token = tokens[at]
        if token.kind in NOMINAL or token.kind == "prefix":
            named.add(at)
            at -= 1
            continue
        if (
            token.kind == "verb"
            and at + 1 in named
            and token.end == tokens[at + 1].start
            and token.surface[-1:] in "きりいみしちびえけ"
        ):
            named.add(at)
            at -= 1
            continue
        following = at + 2 if at + 1 in named and tokens[at + 1].kind == "prefix" else at + 1
        leans = following in named and _leans(tokens[following])
        of_person = at + 1 in named and tokens[at + 1].lemma in ("方", "人") and token.surface == "の"
        if token.surface in ("の", "や", "と", "を") and (leans or of_person) and at:
            at -= 1
            continue
        # 車椅子での利用は, 個人からの申し込みは
        if token.surface in ("に", "で", "へ", "から", "まで") and (
            at == end - 1 or (tokens[at + 1].surface == "の" and at + 2 in named)
        ):
            at -= 1
            continue
        if token.surface in _AND and named and at and tokens[at - 1].kind in NOMINAL:
            if token.surface == "、" and not _list_of_nouns(tokens, at):
                break
            at -= 1
            continue
        break
    return {each for each in named if tokens[each].kind != "prefix"}


def _list_of_nouns(tokens: Sequence[Token], at: int) -> bool:
    """駐車場、エレベーターはありません: before the comma stands nothing but a noun."""
    before = at - 1
    while before >= 0 and tokens[before].kind in NOMINAL:
        before -= 1
    return before < 0 or tokens[before].surface in (*_AND, *_SENTENCE_ENDS, " ", "（", "(", "「")


def _label_denied(tokens: Sequence[Token], number: int) -> set[int]:
    """駐車場なし, 駐車場：なし, 経験不問."""
    at = number
    if tokens[at - 1].kind == "sign" and tokens[at - 1].surface in (":", "：", "→", " ", "-"):
        at -= 1
    if at and tokens[at - 1].kind in NOMINAL and tokens[number].lemma not in ("断る", "遠慮"):
        text = "".join(token.surface for token in tokens[number : number + 4])
        return set() if text.startswith("なしには") else _named_before(tokens, at)
    return set()


def _not_that(tokens: Sequence[Token], number: int) -> bool:
    """〜ではなく, 〜ではありません, 〜じゃない; not 〜だけでなく."""
    text = "".join(token.surface for token in tokens[number : number + 6])
    if not number or tokens[number - 1].kind not in NOMINAL:
        return False
    before = tokens[number - 1].surface
    if before in ("だけ", "ばかり", "わけ", "ほど") or tokens[number - 1].empty:
        return False
    return bool(re.match(r"(?:で(?:は)?|じゃ)(?:なく(?!ては|ちゃ)|ない(?!か|で|と)|ありません(?!か))", text))


def _negated_verbs(tokens: Sequence[Token]) -> set[int]:
    """使えません, 使わない: the verb itself, unless it asks, binds or lacks."""
    found: set[int] = set()
    for number, token in enumerate(tokens):
        if token.kind != "verb" or token.lemma in _NO_DENIAL:
            continue
        after = tokens[number + 1 : number + 6]
        negation = next(
            (
                at
                for at, each in enumerate(after)
                if (each.kind == "other" and each.base in _NEGATIONS)
                or (each.lemma == "無い" and each.kind == "adjective")
            ),
            None,
        )
        if negation is None or any(
            each.kind in NOMINAL or (each.kind == "sign") or (each.kind == "verb" and not each.empty)
            for each in after[:negation]
        ):
            continue
        text = "".join(each.surface for each in tokens[number : number + 9])
        if not _PHRASES_WITHOUT_DENIAL.search(text) and not _ONLY.search(
            "".join(t.surface for t in tokens[max(0, number - 3) : number])
        ):
            found.add(number)
    return found
