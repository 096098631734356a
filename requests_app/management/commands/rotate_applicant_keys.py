"""`manage.py rotate_applicant_keys`: everything sealed, sealed anew with the newest key."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.watch import rotation

WORDS = {
    rotation.DONE: "已重新加密",
    rotation.CURRENT: "已是最新密钥",
    rotation.CHANGED: "期间有改动，请再运行一次",
    rotation.UNREADABLE: "无法解密",
    rotation.MISSING: "文件缺失",
}


class Command(BaseCommand):
    """May run while the site is in use, may be broken off and run again; ends with 1 while old keys are still needed."""

    help = "用最新的密钥重新加密申请人信息和申请材料；可以随时中断、重复运行，不影响平台使用"

    def handle(self, *args: Any, **options: Any) -> None:
        """Columns, then files, then the old contents are erased."""
        total: Counter[str] = Counter()
        for model, names in rotation.sealed_columns():
            counts = sum(rotation.rotate_columns(model, names), Counter())
            self._say(f"{model._meta.verbose_name}", counts)
            total += counts
        replaced: set[str] = set()
        for model, name in rotation.FILES:
            counts = sum(rotation.rotate_files(model, name, replaced), Counter())
            self._say(f"{model._meta.verbose_name}（文件）", counts)
            total += counts
        self.stdout.write(f"旧密文文件已删除 {rotation.erase_replaced(replaced)} 个")
        if total[rotation.CHANGED] or total[rotation.UNREADABLE] or total[rotation.MISSING]:
            raise CommandError("还有内容没有用最新的密钥加密，暂时不要删除旧密钥。", returncode=1)
        self.stdout.write("全部内容都已用最新的密钥加密，旧密钥可以删除。")

    def _say(self, what: str, counts: Counter[str]) -> None:
        said = "，".join(f"{words} {counts[name]}" for name, words in WORDS.items() if counts[name])
        self.stdout.write(f"{what}：{said or '没有内容'}")
