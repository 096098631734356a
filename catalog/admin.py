"""Reference data of the catalogue for the office; documents are never edited here."""

from django.contrib import admin

from catalog.models import Column, Genre, KeyArea, Topic


@admin.register(Column)
class ColumnAdmin(admin.ModelAdmin[Column]):
    """栏目. A column with documents cannot be deleted, only switched off."""

    list_display = ("name", "slug", "parent", "position", "is_active")
    list_editable = ("position", "is_active")
    search_fields = ("name", "slug")


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin[Topic]):
    """主题分类."""

    list_display = ("name", "parent", "position")
    list_filter = (("parent", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("parent",)
    search_fields = ("name",)


@admin.register(Genre)
class GenreAdmin(admin.ModelAdmin[Genre]):
    """体裁."""

    list_display = ("name", "position")
    list_editable = ("position",)


@admin.register(KeyArea)
class KeyAreaAdmin(admin.ModelAdmin[KeyArea]):
    """重点领域."""

    list_display = ("name", "slug", "position")
    list_editable = ("position",)
