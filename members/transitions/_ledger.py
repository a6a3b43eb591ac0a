"""A merge's ledger: each change is made and written down in one step, so that it can be put back."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from members.models import Merge, MergeMove, Organisation

_BATCH = 500
#: (model, before, after) as something that can be compared.
_Change = tuple[tuple[str, Any], ...]


class Ledger:
    """Changes rows on behalf of ``merge`` and keeps what they were."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge
        self.moves: list[MergeMove] = []

    def change(self, row: Model, values: Mapping[str, Any]) -> None:
        """Set ``values`` (column or field -> value) on one row."""
        model = type(row)
        columns = {_field(model, name).attname: _value(value) for name, value in values.items()}
        before = {name: getattr(row, name) for name in columns}
        if before == columns:
            return
        stamps = {"updated_at": timezone.now()} if model is Organisation else {}
        model._base_manager.filter(pk=row.pk).update(**columns, **stamps)
        self._note(model, [row.pk], plain(model, before), plain(model, columns))
        for name, value in {**columns, **stamps}.items():
            setattr(row, name, value)

    def move(self, model: type[Model], pks: list[int], column: str, winner: int, loser: int) -> None:
        """Let those rows, which lead to ``loser``, lead to ``winner``."""
        for batch in _batches(pks):
            model._base_manager.filter(pk__in=batch).update(**{column: winner})
        self._note(model, pks, {column: loser}, {column: winner})

    def _note(
        self, model: type[Model], pks: Iterable[int], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        content_type = ContentType.objects.get_for_model(model)
        self.moves += [
            MergeMove(merge=self.merge, content_type=content_type, object_id=pk, before=before, after=after)
            for pk in pks
        ]

    def store(self) -> None:
        MergeMove.objects.bulk_create(self.moves, batch_size=_BATCH)


class Reversal:
    """Puts back what a merge changed, where it is still as the merge left it."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge
        #: What the rows are called -> how many had changed since.
        self.kept: Counter[str] = Counter()
        #: Model label -> numbers of the rows that went back.
        self.back: dict[str, set[int]] = defaultdict(set)

    def run(self) -> None:
        """The rows first, then what the winner got, and the loser's own state last: its numbers must be free."""
        groups: dict[tuple[type[Model], int, _Change, _Change], list[int]] = defaultdict(list)
        for move in self.merge.moves.select_related("content_type"):
            model = move.content_type.model_class()
            if model is None:  # pragma: no cover - an app that was taken out
                continue
            last = 1 if model is Organisation and move.object_id == self.merge.winner_id else 0
            last = 2 if model is Organisation and move.object_id == self.merge.loser_id else last
            groups[model, last, _frozen(move.before), _frozen(move.after)].append(move.object_id)
        for (model, _, before, after), pks in sorted(
            groups.items(), key=lambda item: (item[0][1], item[0][0]._meta.label)
        ):
            self._put_back(model, pks, dict(before), dict(after))

    def _put_back(
        self, model: type[Model], pks: list[int], before: Mapping[str, str], after: Mapping[str, str]
    ) -> None:
        rows = model._base_manager
        columns = {name: restored(model, name, _thawed(value)) for name, value in before.items()}
        if model is Organisation:
            columns["updated_at"] = timezone.now()
        for batch in _batches(pks):
            held = rows.filter(pk__in=batch).order_by("pk").select_for_update(of=("self",), no_key=True)
            same = {
                row["pk"]
                for row in held.values("pk", *after)
                if all(_frozen(plain(model, {name: row[name]})) == ((name, after[name]),) for name in after)
            }
            rows.filter(pk__in=same).update(**columns)
            self.back[model._meta.label] |= same
            left = len(set(batch) - same)
            if left:
                self.kept[str(model._meta.verbose_name)] += left


def plain(model: type[Model], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Column -> value as JSON can hold it."""
    return {name: _plain(value) for name, value in columns.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | list | dict):
        return value
    if isinstance(value, str):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def restored(model: type[Model], name: str, value: Any) -> Any:
    """What ``plain`` made of a column's value, as the column takes it."""
    field = _field(model, name)
    if value is None or isinstance(value, list | dict) or field.is_relation:
        return value
    return field.to_python(value)


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _value(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _frozen(columns: Mapping[str, Any]) -> _Change:
    return tuple(sorted((name, json.dumps(value, sort_keys=True)) for name, value in columns.items()))


def _thawed(value: str) -> Any:
    return json.loads(value)


def _batches(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), _BATCH):
        yield pks[start : start + _BATCH]
