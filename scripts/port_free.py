"""Say plainly when the port is taken, before anything else starts: port_free.py HOST PORT."""

import socket
import sys

host, port = sys.argv[1], sys.argv[2]
if not port.isdigit() or not 0 < int(port) < 65536:
    sys.exit(f"PORT 应为 1 至 65535 的数字，现在是“{port}”。")
family = socket.AF_INET6 if ":" in host else socket.AF_INET
with socket.socket(family) as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((host, int(port)))
    except OSError as error:
        sys.exit(f"不能使用 {host}:{port}（{error.strerror}）。请换一个端口，例如：PORT=8001 make run")
