"""Files that back what somebody wrote (佐证材料)."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from files.models import StoredFile
from reports.models.plans import Progress
from reports.models.problems import ProblemRemark
from reports.models.scorecards import Objection, Result

BESIDE = ("progress", "remark", "objection", "result")


def _beside(this: str) -> Q:
    return Q(**{f"{name}__isnull": name != this for name in BESIDE})


class ProofQuerySet(models.QuerySet["Proof"]):
    """Adjectives of files that back something."""

    def standing(self) -> "ProofQuerySet":
        """Not removed."""
        return self.filter(removed_at=None)


class Proof(models.Model):
    """A file beside an entry of a task, a step of a problem, an objection or a result: exactly one of them.

    Never changed and never public; a removed one is opened by nobody any more. Goes with what it stands beside, which is
    kept as long as the record.
    """

    file = models.ForeignKey(StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    progress = models.ForeignKey(
        Progress, verbose_name="任务进展", null=True, blank=True, on_delete=models.CASCADE, related_name="proofs"
    )
    remark = models.ForeignKey(
        ProblemRemark, verbose_name="整改往来", null=True, blank=True, on_delete=models.CASCADE, related_name="proofs"
    )
    objection = models.ForeignKey(
        Objection, verbose_name="考核异议", null=True, blank=True, on_delete=models.CASCADE, related_name="proofs"
    )
    result = models.ForeignKey(
        Result, verbose_name="考核结果", null=True, blank=True, on_delete=models.CASCADE, related_name="proofs"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提交人", on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("提交时间")
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="移除人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField("移除时间", null=True)
    removed_reason = models.CharField("移除原因", max_length=200, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=reduce(or_, map(_beside, BESIDE)), name="reports_proof_beside_one")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.file.original_name)

    @property
    def beside(self) -> Progress | ProblemRemark | Objection | Result:
        """What it backs."""
        found = self.progress or self.remark or self.objection or self.result
        if found is None:
            raise ValueError(self.pk)  # the database allows none such
        return found

    def get_absolute_url(self) -> str:
        """Address of the file for who may see what it backs."""
        return reverse("reports_desk:proof", args=[self.pk])
