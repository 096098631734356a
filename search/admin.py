"""Reference data of the room: synonyms and user words."""

from django.contrib import admin

from search.models import Synonym, UserWord


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """Takes effect within seconds, without rebuilding."""

    list_display = ["word", "equivalents", "updated_at"]
    search_fields = ["word", "equivalents"]


@admin.register(UserWord)
class UserWordAdmin(admin.ModelAdmin):
    """Takes effect when the indexer has rebuilt the index, which it starts by itself."""

    list_display = ["word", "created_at"]
    search_fields = ["word"]
