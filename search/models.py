"""What the room stores: the outbox of changes, and the office's own words."""

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models

from search.text import fold

_word = RegexValidator(r"^[\w·（）()-]+$", "只能使用汉字、字母、数字，中间不能有空格。")
_MOST_EQUIVALENTS = 10
_LONGEST = 30


class Lane(models.IntegerChoices):
    """Single changes go before bulk ones (rulings 31)."""

    SINGLE = 0, "单条"
    BULK = 1, "批量"


class Change(models.Model):
    """A document to be looked at by the indexer. Written in the transaction of the change itself."""

    key = models.BigIntegerField("文档")
    lane = models.SmallIntegerField("通道", choices=Lane, default=Lane.SINGLE)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "待索引变更"
        verbose_name_plural = "待索引变更"
        indexes = [models.Index(fields=["lane", "id"], name="search_change_lane")]

    def __str__(self) -> str:
        return f"{self.key}"


class Stamp(models.Model):
    """One row: how often something public changed. Pages kept by web workers hold for one number only."""

    number = models.PositiveBigIntegerField("次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "公开目录变更次数"

    def __str__(self) -> str:
        return str(self.number)


class EmptySearch(models.Model):
    """Words for which visitors found nothing on a day, folded; no address, no cookie, nothing about who asked."""

    on = models.DateField("日期")
    term = models.CharField("检索词", max_length=40)
    count = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "没有结果的检索"
        constraints = [models.UniqueConstraint(fields=["on", "term"], name="search_one_empty_a_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.term}: {self.count}"


class Synonym(models.Model):
    """One group of words that mean the same: whichever is typed, the others are looked for too, weighing less."""

    word = models.CharField("词语", max_length=_LONGEST, unique=True, validators=[_word])
    equivalents = models.CharField("同义词", max_length=300, help_text="用顿号或逗号隔开，最多10个。")
    updated_at = models.DateTimeField("更新时间", auto_now=True, db_index=True)

    class Meta:
        verbose_name = "同义词"
        verbose_name_plural = "同义词"
        ordering = ["word"]

    def __str__(self) -> str:
        return f"{self.word}：{self.equivalents}"

    @property
    def others(self) -> list[str]:
        """The equivalents one by one, folded."""
        folded = fold(self.equivalents)
        for mark in ",，;；\n":
            folded = folded.replace(mark, "、")
        return [word.strip() for word in folded.split("、") if word.strip()]

    def clean(self) -> None:
        """Refuse groups that cannot work, saying which word is meant."""
        others = self.others
        if not others:
            raise ValidationError({"equivalents": "请至少填写一个同义词。"})
        if len(others) > _MOST_EQUIVALENTS:
            raise ValidationError({"equivalents": f"同义词最多{_MOST_EQUIVALENTS}个，现有{len(others)}个。"})
        for word in others:
            if len(word) > _LONGEST:
                raise ValidationError({"equivalents": f"“{word[:10]}…”超过{_LONGEST}个字。"})
            _word(word)
        if fold(self.word) in others:
            raise ValidationError({"equivalents": f"“{self.word}”不能是自己的同义词。"})


class UserWord(models.Model):
    """A word of the office that the dictionary does not know. Adding or removing one asks for a rebuild."""

    word = models.CharField("词语", max_length=20, unique=True, validators=[MinLengthValidator(2), _word])
    created_at = models.DateTimeField("添加时间", auto_now_add=True)

    class Meta:
        verbose_name = "自定义词"
        verbose_name_plural = "自定义词"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word
