from django.contrib import admin
from django.http import HttpRequest

from tomoiki.places.models import Municipality


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin[Municipality]):
    """Names, order and whether a municipality is offered; the rows themselves come with the portal."""

    list_display = ("name", "code", "region", "active")
    list_filter = ("region", "active")
    search_fields = ("name", "name_kana", "code")
    # Neighbours come with the rows and hold both ways; a box for one side alone would break that.
    readonly_fields = ("code", "parent", "neighbours")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Municipality | None = None) -> bool:
        return False
