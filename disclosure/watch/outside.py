"""Asks another site whether an address is alive, without ever reaching into a private network.

The name is resolved once, every address it resolves to must be public, and the connection goes to the very address that
was judged: a name that changes its answer in between gains nothing. Redirections are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

SECONDS = 5.0
NAME = "Mozilla/5.0 (compatible; government link check)"
# They answer, though not to us: a person with a browser may see the page.
RELUCTANT = {401, 403, 405, 406, 429, 451, 501}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Judge = Callable[[str], bool]


def is_public_address(address: str) -> bool:
    """True for an IP address of the open internet: not private, loopback, link-local, multicast or reserved."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if ip in NAT64:
        mapped = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast


def fault_of(url: str, *, judge: Judge = is_public_address) -> str:
    """What is wrong with ``url`` (Chinese), empty when it answers. HEAD first, then GET; never raises."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        addresses = _resolve(host, port)
    except (ValueError, UnicodeError):
        return "地址不合规范"
    except OSError:
        return "域名无法解析"
    if not addresses or not all(judge(address) for address in addresses):
        return "指向内部网络地址，公众无法访问"
    target = iri_to_uri(parts.path or "/") + (f"?{iri_to_uri(parts.query)}" if parts.query else "")
    try:
        status = _ask("HEAD", addresses[0], host, port, target, is_secure=parts.scheme == "https")
        if status >= 400:
            status = _ask("GET", addresses[0], host, port, target, is_secure=parts.scheme == "https")
    except TimeoutError:
        return f"{SECONDS:.0f} 秒内没有应答"
    except ssl.SSLError:
        return "安全证书有误"
    except (OSError, ValueError, http.client.HTTPException):
        return "无法连接"
    return "" if status < 400 or status in RELUCTANT else f"应答代码 {status}"


def _resolve(host: str, port: int) -> list[str]:
    name = host.encode("idna").decode() if not host.isascii() else host
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def _ask(method: str, address: str, host: str, port: int, target: str, *, is_secure: bool) -> int:
    """Status of the answer of ``address``, asked as ``host``."""
    name = host.encode("idna").decode() if not host.isascii() else host
    connection = http.client.HTTPConnection(name, port, timeout=SECONDS)
    sock = socket.create_connection((address, port), timeout=SECONDS)
    try:
        if is_secure:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=name)
        connection.sock = sock
        connection.request(method, target, headers={"User-Agent": NAME, "Accept": "*/*", "Connection": "close"})
        return connection.getresponse().status
    finally:
        connection.close()
        sock.close()
