"""An object's audit trail as people read it: what happened, who did it, from which state to which."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, TextChoices

from tomoiki.audit.models import Entry

SHOWN = 200
SYSTEM_ACTORS = {
    "scheduler": "自動処理",
    "outbox": "メールの送信",
    "registration": "登録の手続き",
    "invited": "招かれた方",
    "roster": "名簿の取り込み",
    "retention": "保存期間の終わり",
    "contact_form": "お問い合わせのページ",
    "report_form": "通報のページ",
    "volunteer": "社内募集に申し込んだ方",
    "welcome_slip": "お返事の用紙・リンク",
}
_COMMON = {"added": "追加しました", "edited": "内容を直しました", "deleted": "削除しました"}
_ICONS = {"added": "plus", "edited": "pencil", "deleted": "trash"}


@dataclass(frozen=True)
class TrailRow:
    """One entry for ``components/timeline.html``."""

    when: datetime
    what: str
    detail: str
    icon: str
    tone: str


def trail_of(
    obj: Model,
    *,
    words: Mapping[str, str] | None = None,
    states: type[TextChoices] | None = None,
    label: Callable[[str], str] = lambda name: "",
    limit: int = SHOWN,
) -> tuple[list[TrailRow], bool]:
    """The newest entries about ``obj``, and whether there are more.

    ``words``: action -> what happened, in Japanese. ``label`` gives the name of what is no field of the model.
    """
    entries = list(Entry.objects.about(obj).select_related("actor").order_by("-at", "-pk")[: limit + 1])
    rows = [_row(obj, entry, words or {}, states, label) for entry in entries[:limit]]
    return rows, len(entries) > limit


def _row(
    obj: Model,
    entry: Entry,
    words: Mapping[str, str],
    states: type[TextChoices] | None,
    label: Callable[[str], str],
) -> TrailRow:
    verb = entry.action.rpartition(".")[2]
    moved = entry.before != entry.after and bool(entry.after)
    before, after = _state(states, entry.before), _state(states, entry.after)
    what = words.get(entry.action) or _COMMON.get(verb) or (f"「{after}」になりました" if moved else entry.action)
    lines = [str(entry.actor) if entry.actor else SYSTEM_ACTORS.get(entry.system_actor, entry.system_actor)]
    if moved:
        lines.append(f"{before} → {after}" if before else after)
    if entry.fields:
        lines.append("変わった項目：" + "、".join(label(name) or _label(obj, name) for name in entry.fields))
    icon = _ICONS.get(verb, "arrow-right" if moved else "file-text")
    return TrailRow(entry.at, what, "\n".join(lines), icon, "state" if moved else "")


def _state(states: type[TextChoices] | None, value: str) -> str:
    if states is None or value not in states.values:
        return value
    return str(states(value).label)


def _label(obj: Model, name: str) -> str:
    try:
        return str(getattr(obj._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name
