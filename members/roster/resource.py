"""The roster as django-import-export sees it: lines are read by our columns and saved by our transition."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import Widget

from members.models import Organisation
from members.roster.columns import BY_NAME, COLUMNS, Column
from members.roster.places import Places
from members.roster.reading import Line
from members.transitions import import_organisation
from members.transitions.roster import Imported, KnownOrganisations, Outcome, RosterError
from tomoiki.audit.actors import Actor
from tomoiki.text.normalisation import normalise_name
from tomoiki.workflow import require

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell, or with a line as a whole."""

    column: str
    value: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Checked:
    """A line and what comes of it: either ``done`` or ``faults``."""

    line: Line
    done: Imported | None = None
    faults: tuple[Fault, ...] = ()


@dataclass
class Outcomes:
    """What came of all lines, in their order."""

    checked: list[Checked] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many lines came out so, rejected ones included."""
        found = {outcome.value: 0 for outcome in Outcome} | {"rejected": 0}
        for each in self.checked:
            found[each.done.outcome.value if each.done else "rejected"] += 1
        return found

    def fingerprint(self) -> str:
        """Stands for what every line does, old values included: two checks that agree do the same."""
        digest = hashlib.sha256()
        for each in self.checked:
            done = each.done
            told = (
                [
                    done.outcome.value,
                    done.organisation.pk if done.organisation and done.outcome != Outcome.CREATED else 0,
                ]
                + [f"{name}:{before!r}>{after!r}" for name, (before, after) in sorted(done.changes.items())]
                if done
                else [f"{fault.column}:{fault.message}" for fault in each.faults]
            )
            digest.update(repr((each.line.sheet, each.line.row, told)).encode())
        return digest.hexdigest()


class CellWidget(Widget):
    """A column's way of reading, for import-export."""

    def __init__(self, column: Column, places: Places | None) -> None:
        super().__init__()
        self.column, self.places = column, places

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if self.places is None:
            raise RuntimeError("made for writing")
        return self.column.value(value or "", self.places)


class NoLoader(BaseInstanceLoader):
    """Organisations are found by ``KnownOrganisations``, which knows more ways than one key."""

    def get_instance(self, row: Any) -> None:
        return None


class RosterResource(ModelResource):
    """Organisations as lines of a roster; ``personal=False`` leaves people's names and addresses out."""

    class Meta:
        model = Organisation
        fields: Sequence[str] = ()
        import_id_fields: Sequence[str] = ()
        instance_loader_class = NoLoader
        skip_diff = True
        skip_html_diff = True
        clean_model_instances = False

    def __init__(
        self, *, actor: Actor | None = None, places: Places | None = None, personal: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.actor, self.places = actor, places
        self.fields = {
            column.name: Field(
                attribute="pk",
                column_name=column.header,
                widget=CellWidget(column, places),
                dehydrate_method=column.write,
            )
            for column in COLUMNS
            if personal or not column.personal
        }

    def get_import_fields(self) -> list[Field]:
        return list(self.fields.values())

    def get_export_fields(self, selected_fields: Any = None) -> list[Field]:
        return list(self.fields.values())

    # --- bringing in ---

    def bring_in(self, lines: Sequence[Line], *, dry_run: bool, progress: Progress = lambda done: None) -> Outcomes:
        """Check all lines, and save those that may be unless it is a ``dry_run``. Called in a transaction."""
        require(self.actor, "members.import_organisation")  # type: ignore[arg-type]
        self.outcomes, self.progress, self.lines = Outcomes(), progress, lines
        self.seen: dict[tuple[str, Any], Line] = {}
        self.parsed: list[dict[str, Any] | ValidationError] = [self._parse(line) for line in lines]
        self.known = KnownOrganisations([each for each in self.parsed if isinstance(each, dict)])
        dataset = tablib.Dataset(headers=[column.header for column in COLUMNS])
        dataset.extend([[line.cells.get(column.name, "") for column in COLUMNS] for line in lines])
        # Whoever saves holds a transaction already, and the transition a savepoint for each line.
        result: Result = self.import_data(dataset, dry_run=dry_run, use_transactions=dry_run, raise_errors=False)
        if result.base_errors:
            raise result.base_errors[0].error
        return self.outcomes

    def _parse(self, line: Line) -> dict[str, Any] | ValidationError:
        """The values of a line, or everything that is wrong with it."""
        values: dict[str, Any] = {}
        errors: dict[str, list[ValidationError]] = {}
        for name, each in self.fields.items():
            try:
                value = each.widget.clean(line.cells.get(name, ""))
            except ValidationError as error:
                errors[name] = [error]
                continue
            if value not in (None, ""):
                values[name] = value
        self._settle_place(line, values, errors)
        if isinstance(values.get("kind"), tuple):
            values["kind"], explained = values["kind"]
            if explained and not values.get("kind_other"):
                values["kind_other"] = explained
        return ValidationError(errors) if errors else values

    def _settle_place(self, line: Line, values: dict[str, Any], errors: dict[str, list[ValidationError]]) -> None:
        """Address or postal code say where it is when the column does not, or when a ward's name is not enough."""
        places = self.places
        if places is None or "municipality" in values:
            return
        written = line.cells.get("municipality", "").strip()
        if written and "municipality" not in errors:
            return
        by_address = places.of_address(values.get("address", ""))
        by_code = places.of_postal_code(values.get("postal_code", ""))
        found = places.among_wards(written, by_address, by_code) if written else by_address or by_code
        if found is not None:
            errors.pop("municipality", None)
            values["municipality"] = found

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        number = kwargs["row_number"]
        self.line = self.lines[number - 1]
        parsed = self.parsed[number - 1]
        self.values: dict[str, Any] = {}
        self.done: Imported | None = None
        if isinstance(parsed, ValidationError):
            raise parsed
        self._refuse_twice(parsed)
        self.values = parsed

    def _refuse_twice(self, values: Mapping[str, Any]) -> None:
        """One organisation stands in a file once."""
        place = values.get("municipality")
        keys: list[tuple[str, Any]] = [
            (name, values[name]) for name in ("portal_id", "roster_key", "corporate_number") if values.get(name)
        ]
        if not keys and values.get("name"):
            keys = [("name", (normalise_name(values["name"]), place.pk if place else None))]
        for key in keys:
            earlier = self.seen.get(key)
            if earlier is not None:
                sheet = f"シート「{earlier.sheet}」の" if earlier.sheet else ""
                raise ValidationError(
                    {
                        key[0]: [
                            RosterError(
                                f"{sheet}{earlier.row}行目と同じ{BY_NAME[key[0]].header}です。",
                                remedy="同じ団体なら、どちらかの行を消してください。別の団体なら、番号や市区町村を確かめてください。",
                                code="twice",
                            )
                        ]
                    }
                )
        for key in keys:
            self.seen[key] = self.line

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Organisation, bool]:
        self.done = self.known.plan(self.values)
        return self.done.organisation or Organisation(), self.done.organisation is None

    def import_instance(self, instance: Organisation, row: Any, **kwargs: Any) -> None:
        """Nothing: the transition sets what is to be set."""

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return self.done is not None and self.done.outcome in (Outcome.UNCHANGED, Outcome.KEPT)

    def save_instance(self, instance: Organisation, is_create: bool, row: Any, **kwargs: Any) -> None:
        if not kwargs["dry_run"]:
            self.done = import_organisation(self.values, actor=self.actor, known=self.known)  # type: ignore[arg-type]

    def save_m2m(self, *args: Any, **kwargs: Any) -> None:
        """An organisation of the roster has none."""

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Nothing: numbers come from the database's own sequence."""

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        result: RowResult = super().import_row(row, instance_loader, **kwargs)
        if result.errors:
            # No fault of the line, but trouble or the end of our time: nothing is gained by going on.
            raise result.errors[0].error
        if result.validation_error is not None:
            self.outcomes.checked.append(Checked(self.line, faults=tuple(_faults(result.validation_error, self.line))))
        else:
            self.outcomes.checked.append(Checked(self.line, done=self.done))
        self.progress(kwargs["row_number"])
        return result


def _faults(error: ValidationError, line: Line) -> list[Fault]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    found = []
    for name, errors in by_field.items():
        column = BY_NAME.get(name)
        for each in errors:
            remedy = getattr(each, "remedy", column.remedy if column else "内容を確かめてください。")
            found.append(
                Fault(column.header if column else "", line.cells.get(name, "")[:200], " ".join(each.messages), remedy)
            )
    return found
