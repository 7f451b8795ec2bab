"""A second verifier, written from the texts of RFC 6962, RFC 8032 and the C2SP specifications alone.

It shares no line with ledger/ and no package but the standard library: recursive where the RFC is, slow, and reading
over plain HTTP. What it accepts, somebody else's verifier accepts.
"""

import base64
import gzip
import hashlib
import http.client
import struct
import urllib.parse


class Wrong(Exception):
    """The log is not what the specifications say."""


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def split(n: int) -> int:
    """RFC 6962 §2.1: the largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1: the Merkle Tree Hash over leaf hashes."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def audit_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1: PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*audit_path(m, leaves[:k]), mth(leaves[k:])]
    return [*audit_path(m - k, leaves[k:]), mth(leaves[:k])]


def consistency(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2: SUBPROOF(m, D[n], b)."""
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = split(n)
    if m <= k:
        return [*consistency(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*consistency(m - k, leaves[k:], whole=False), mth(leaves[:k])]


# RFC 8032 §5.1, in affine coordinates.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]


def add(a: Point, b: Point) -> Point:
    """The sum of two points of the curve."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(scalar: int, point: Point) -> Point:
    """A multiple of a point."""
    total: Point = (0, 1)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def decompress(data: bytes) -> Point:
    """§5.1.3: the point of 32 bytes."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        raise Wrong("no point")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Wrong("no point")
    return (P - x if x & 1 != sign else x), y


BASE = decompress(bytes([0x58] + [0x66] * 31))


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> None:
    """§5.1.7."""
    if len(signature) != 64:
        raise Wrong("a signature is 64 bytes")
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    if s >= Q or times(s, BASE) != add(r, times(h, a)):
        raise Wrong("the signature does not hold")


def open_checkpoint(note: bytes, vkey: str) -> tuple[str, int, bytes]:
    """C2SP signed-note and tlog-checkpoint: origin, size and root of a note that the key has signed."""
    name, key_hash, coded = vkey.split("+", 2)
    key = base64.b64decode(coded)
    if key[:1] != b"\x01" or sha(name.encode() + b"\n" + key)[:4].hex() != key_hash:
        raise Wrong("no such key")
    at = note.rindex(b"\n\n")
    text, lines = note[: at + 1], note[at + 2 :].decode().splitlines()
    held = False
    for line in lines:
        dash, signer, signature = line.split(" ")
        data = base64.b64decode(signature)
        if dash != "—":
            raise Wrong("no signature line")
        if signer == name and data[:4].hex() == key_hash:
            verify_ed25519(key[1:], text, data[4:])
            held = True
    if not held:
        raise Wrong("not signed by the key")
    origin, size, root = text.decode().splitlines()[:3]
    return origin, int(size), base64.b64decode(root)


def path_of(kind: str, n: int, width: int) -> str:
    """C2SP tlog-tiles: `tile/<kind>/<N>[.p/<W>]`."""
    digits = str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return (
        f"tile/{kind}/" + "/".join(["x" + group for group in groups[:-1]] + groups[-1:]) + f".p/{width}" * (width < 256)
    )


class Client:
    """Reads one log over HTTP, on one connection that is kept."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.base = parts.path.rstrip("/")
        self.connection = http.client.HTTPConnection(parts.netloc, timeout=30)

    def get(self, path: str) -> bytes:
        """A file of the log."""
        self.connection.request("GET", f"{self.base}/{path}", headers={"Accept-Encoding": "gzip, identity"})
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise Wrong(f"{path}: {response.status}")
        return gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body

    def entries(self, size: int) -> list[bytes]:
        """Every entry of a log of this size, out of its bundles."""
        found = []
        for first in range(0, size, 256):
            width = min(256, size - first)
            bundle = self.get(path_of("entries", first // 256, width))
            for _ in range(width):
                (length,) = struct.unpack(">H", bundle[:2])
                found.append(bundle[2 : 2 + length])
                bundle = bundle[2 + length :]
            if bundle:
                raise Wrong("something follows the last entry")
        return found

    def check_tiles(self, leaves: list[bytes]) -> int:
        """Holds every tile of every level against the definition: MTH(D[(n·256+i)·256^l : (n·256+i+1)·256^l])."""
        level, row, read = 0, leaves, 0
        while row:
            for first in range(0, len(row), 256):
                part = row[first : first + 256]
                if self.get(path_of(str(level), first // 256, len(part))) != b"".join(part):
                    raise Wrong(f"tile {first // 256} of level {level}")
                read += 1
            row = [mth(row[first : first + 256]) for first in range(0, len(row) // 256 * 256, 256)]
            level += 1
        return read

    def verify(self, vkey: str) -> list[bytes]:
        """Everything: the checkpoint, every entry, every tile, the root. Gives the leaf hashes."""
        _, size, root = open_checkpoint(self.get("checkpoint"), vkey)
        leaves = [sha(b"\x00" + entry) for entry in self.entries(size)]
        if mth(leaves) != root:
            raise Wrong("another root")
        self.check_tiles(leaves)
        return leaves

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()
