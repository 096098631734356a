"""Wrong settings of mail and SMS stop the start by name, instead of every message later."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("SMS_WEBHOOK_URL", {"SMS_WEBHOOK_URL": "gateway.example.cn/send"}),
        ("SMS_WEBHOOK_TOKEN", {"SMS_WEBHOOK_TOKEN": "令牌\nX: y"}),
        ("EMAIL_USE_SSL", {"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "1"}),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, named: str, said: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **said},
    )  # fmt: skip
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert named in last
