"""Form fields for uploads. What was uploaded is kept when the form comes back because of another field.

A form takes them with ``TakesUploads`` and the person who fills it in::

    class PostForm(TakesUploads, forms.ModelForm):
        photo = ImageUploadField(label="写真", required=False)

    form = PostForm(request.POST, request.FILES, uploader=request.user)
    form.cleaned_data["photo"]  # a StoredFile or None; a list with MultipleFileField
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from tomoiki.files.enums import FileKind
from tomoiki.files.models import StoredFile
from tomoiki.files.uploads import ANYTHING, PICTURES, UploadRefused, store_upload
from tomoiki.web.widgets import StoredFileInput

# Shorter than the life of a file that nothing refers to (tasks.ORPHANED_AFTER).
KEPT_FOR = timedelta(hours=20)
SALT = "tomoiki.files.kept"
MAX_FILES = 5

_ACCEPT = {
    FileKind.IMAGE: ("image/jpeg", "image/png", "image/webp", "image/gif"),
    FileKind.PDF: ("application/pdf", ".pdf"),
    FileKind.OFFICE: (".docx", ".xlsx", ".pptx"),
    FileKind.TABLE: (".xlsx", ".csv", "text/csv"),
}
_HELP = {
    FileKind.IMAGE: "写真（JPEG、PNG）",
    FileKind.PDF: "PDF",
    FileKind.OFFICE: "Word・Excel・PowerPoint",
    FileKind.TABLE: "Excel（.xlsx）かCSV",
}


def keep(file: StoredFile) -> str:
    """What stands in the form for an uploaded file until the form is complete."""
    return signing.dumps(file.token, salt=SALT)


def kept(text: str, *, uploader: Any) -> StoredFile | None:
    """The file that ``keep`` stood for, when it was this person who sent it; None once that is too long ago."""
    try:
        token = signing.loads(text, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    owner = uploader.pk if uploader is not None and uploader.is_authenticated else None
    return StoredFile.objects.filter(token=token, uploaded_by=owner).first()


@dataclass(frozen=True)
class Submitted:
    """What a form brought for one field: new files, kept ones as signed text, and what to take away."""

    new: Sequence[UploadedFile]
    kept: Sequence[str]
    dropped: Collection[str]


class UploadInput(StoredFileInput):
    """A file chooser that shows what is stored or kept. The field sets ``shown`` to the files it holds now."""

    template_name = "files/widgets/upload.html"
    shown: list[StoredFile] | None = None
    many = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        many = hasattr(files, "getlist")
        new = files.getlist(name) if many else [files[name]] if files.get(name) else []
        several = data.getlist if hasattr(data, "getlist") else lambda key: [data[key]] if key in data else []
        submitted = Submitted(new, several(f"{name}-kept"), frozenset(several(f"{name}-drop")))
        # Nothing said leaves what is stored as it is.
        return submitted if submitted.new or submitted.kept or submitted.dropped else None

    def value_omitted_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-kept" not in data and f"{name}-drop" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return forms.Widget.use_required_attribute(self, initial) and not initial and not self.shown

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super(forms.ClearableFileInput, self).get_context(name, None, attrs)
        shown = self.shown if self.shown is not None else _files(value)
        # A form that was only opened shows nothing but what is stored, whoever sent that.
        stored = {file.pk for file in (shown if self.shown is None else _files(self.initial))}
        context["widget"]["files"] = [
            # What an object refers to already needs no keeping.
            {"file": file, "token": file.token, "kept": "" if file.pk in stored else keep(file), "index": index}
            for index, file in enumerate(shown)
        ]
        context["widget"]["many"] = self.many
        if shown:
            context["widget"]["attrs"].pop("required", None)
        return context

    initial: Any = None


class MultipleUploadInput(UploadInput):
    allow_multiple_selected = True
    many = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, **(attrs or {})})


def _files(value: Any) -> list[StoredFile]:
    """``value`` of an initial, which may be a file, its primary key, several of either, or nothing."""
    if value in (None, "", False) or isinstance(value, Submitted):
        return []
    if isinstance(value, StoredFile):
        return [value]
    if isinstance(value, int | str):
        return list(StoredFile.objects.filter(pk=value))
    return [file for each in value for file in _files(each)]


class FileUploadField(forms.FileField):
    """One file, cleaned to a ``StoredFile`` or None. ``allow``: the kinds that are taken."""

    widget = UploadInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "ファイルを選んでください。",
        "gone": "選んだファイルの保存期間が過ぎました。もう一度選んでください。",
        "too_many": "ファイルは%(max)d個までです。",
    }
    max_files = 1
    uploader: Any = None

    def __init__(self, *, allow: Collection[FileKind] = ANYTHING, **kwargs: Any) -> None:
        self.allow = frozenset(allow)
        kinds = [kind for kind in FileKind if kind in self.allow]
        kwargs.setdefault("help_text", f"{'、'.join(_HELP[kind] for kind in kinds)}。10MBまで。")
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        accept = ",".join(each for kind in FileKind if kind in self.allow for each in _ACCEPT[kind])
        return {**super().widget_attrs(widget), "accept": accept}

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = self._collect(data, initial)
        return files[0] if files else None

    def _collect(self, data: Submitted | None, initial: Any) -> list[StoredFile]:
        """The files that the field holds after this submission; they are shown again if the form comes back."""
        widget: UploadInput = self.widget  # type: ignore[assignment]
        stored = _files(initial)
        widget.initial, widget.shown = stored, stored
        if data is None:
            if self.required and not stored:
                raise ValidationError(self.error_messages["required"], code="required")
            return stored
        errors: list[ValidationError] = []
        held = [file for file in stored if file.token not in data.dropped]
        for text in data.kept:
            file = kept(text, uploader=self.uploader)
            if file is None:
                errors.append(ValidationError(self.error_messages["gone"], code="gone"))
            elif file.token not in data.dropped:
                held.append(file)
        new, refusals = self._take(data.new, room=self.max_files - (len(held) if self.max_files > 1 else 0))
        errors += refusals
        # Where one file is asked for, a new one stands for the old.
        files = (new or held[-1:]) if self.max_files == 1 else held + new
        widget.shown = files
        if errors:
            raise ValidationError(errors)
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return files

    def _take(self, uploads: Sequence[UploadedFile], *, room: int) -> tuple[list[StoredFile], list[ValidationError]]:
        if len(uploads) > max(room, 0):
            message = self.error_messages["too_many"]
            return [], [ValidationError(message, code="too_many", params={"max": self.max_files})]
        taken, errors = [], []
        for upload in uploads:
            try:
                taken.append(store_upload(upload, by=self.uploader, allow=self.allow))
            except UploadRefused as refused:
                prefix = f"「{upload.name}」：" if self.max_files > 1 else ""
                errors.append(ValidationError(f"{prefix}{refused}", code="refused"))
        return taken, errors

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial

    def prepare_value(self, value: Any) -> Any:
        return _files(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and data is not None


class ImageUploadField(FileUploadField):
    """One picture, cleaned to a ``StoredFile`` or None."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": "写真を選んでください。"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow": PICTURES, **kwargs})


class MultipleFileField(FileUploadField):
    """Up to ``max_files`` files, cleaned to a list of ``StoredFile``."""

    widget = MultipleUploadInput

    def __init__(self, *, max_files: int = MAX_FILES, **kwargs: Any) -> None:
        self.max_files = max_files
        super().__init__(**kwargs)
        self.help_text = f"{self.help_text.removesuffix('。')}、{max_files}個まで。"

    def clean(self, data: Any, initial: Any = None) -> list[StoredFile]:
        return self._collect(data, initial)


class TakesUploads:
    """Mixed into a form with upload fields: its keyword ``uploader`` is the person who fills it in.

    Without it uploads belong to nobody known, and cannot be shown before an object refers to them.
    """

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, uploader: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, FileUploadField):
                field.uploader = uploader
