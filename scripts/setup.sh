#!/bin/sh
# Makes .venv with exactly the pinned, hash-checked packages. Says in one sentence what is missing.
set -eu
cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }

python=""
for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { say "需要 Python 3.11 或更高版本：请安装 python3（Debian：apt-get install python3 python3-venv）。"; exit 1; }

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "正在安装 python3-venv……"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
fi
if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    [ -x .venv/bin/pip ] || "$python" -m venv --clear .venv
    pip() { .venv/bin/python -m pip "$@"; }
elif "$python" -m pip --version >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || "$python" -m venv --clear --without-pip .venv
    pip() { "$python" -m pip --python .venv/bin/python "$@"; }
else
    say "缺少 Python 的 venv 模块：请管理员执行 apt-get install python3-venv，然后重新运行。"
    exit 1
fi
say "正在安装所需的软件包（第一次约需一两分钟）……"
pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt
touch .venv/.complete
