"""Wait until the web server answers, then print the address and the demo accounts: announce.py HOST PORT."""

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

host, port = sys.argv[1], sys.argv[2]
shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
address = f"http://{shown}:{port}/"
accounts = json.loads((Path(__file__).parent.parent / "portal" / "demo" / "accounts.json").read_text(encoding="utf-8"))

for _ in range(120):
    try:
        urllib.request.urlopen(f"{address}healthz", timeout=2).read()
        break
    except (urllib.error.URLError, OSError):
        time.sleep(0.5)
else:
    sys.exit("网站没有在一分钟内启动，请看上面的日志。")

print(f"\n  云岚市政府信息公开平台已启动：{address}")
print(f"  工作人员登录：{address}accounts/login/    演示账号的密码都是 {accounts['password']}")
for person in accounts["people"]:
    print(f"    {person['username']:<12}{person['full_name']}　{person['about']}")
print("  按 Ctrl-C 停止。\n", flush=True)
