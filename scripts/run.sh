#!/bin/sh
# Serves the demo city: prepares data, then web server, background worker with scheduler, and indexer until Ctrl-C.
set -eu
cd "$(dirname "$0")/.."
export HOST="${HOST:-127.0.0.1}" PORT="${PORT:-8000}" PYTHONUNBUFFERED=1 LOG_LEVEL="${LOG_LEVEL:-WARNING}"
py=.venv/bin/python
$py scripts/port_free.py "$HOST" "$PORT"
$py manage.py prepare --demo
$py scripts/announce.py "$HOST" "$PORT" &
exec .venv/bin/honcho start --no-prefix
