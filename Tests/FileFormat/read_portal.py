#!/usr/bin/env python3
"""Reads a directory of JSON files as Documentation/FileFormat.md says: without the index, and without changing anything.

Prints the live records, by the bytes of their keys: key, tab, revision, tab, value as it stands in its line. A backslash, tab or line
feed in a key is written \\\\, \\t or \\n. Ends with 0 if all is well or there is but a torn tail; with 1 if there is damage, which is
named on standard error, with what can be read printed nevertheless; with 2 if it cannot be read at all.
"""
import json, os, re, struct, sys
from types import SimpleNamespace

VERSION, LONGEST, MASK = 1, (256 << 20) + 4096, (1 << 64) - 1
P1, P2, P3, P4, P5 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5

def rotate(x, n):
    return ((x & MASK) << n | (x & MASK) >> (64 - n)) & MASK

def lane(a, word):
    return rotate(a + word * P2, 31) * P1 & MASK

def xxh64(data):
    i, h = len(data) // 32 * 32, P5
    if i:
        a, b, c, d = P1 + P2, P2, 0, -P1
        for w, x, y, z in struct.iter_unpack("<4Q", data[:i]):
            a, b, c, d = lane(a, w), lane(b, x), lane(c, y), lane(d, z)
        h = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
        for value in (a, b, c, d):
            h = (h ^ lane(0, value)) * P1 + P4 & MASK
    h, rest = h + len(data), len(data) // 8 * 8
    for (word,) in struct.iter_unpack("<Q", data[i:rest]):
        h = rotate(h ^ lane(0, word), 27) * P1 + P4
    if len(data) - rest >= 4:
        h, rest = rotate(h ^ struct.unpack_from("<I", data, rest)[0] * P1, 23) * P2 + P3, rest + 4
    for byte in data[rest:]:
        h = rotate(h ^ byte * P5, 11) * P1
    h = ((h & MASK) ^ (h & MASK) >> 33) * P2 & MASK
    h = (h ^ h >> 29) * P3 & MASK
    return h ^ h >> 32

JSON = json.JSONDecoder(parse_constant=lambda name: int(name, 0))  # NaN is no JSON: int refuses it.
GAP = re.compile(r"[ \t\r\n,:]*")
HASH = re.compile(rb',[ \t\r]*"h"[ \t\r]*:[ \t\r]*"([0-9a-fA-F]{16})"[ \t\r]*\}[ \t\r]*')

def skip(text, i):
    """Where the next token is, in what is known to be JSON."""
    return GAP.match(text, i).end()

def members(text, i):
    """The members of the object that begins at i: values, and where they begin and end; and where the next token is behind it."""
    found, i = {}, skip(text, i + 1)
    while text[i] != "}":
        name, i = JSON.raw_decode(text, i)
        value, end = JSON.raw_decode(text, skip(text, i))
        found[name] = (value, skip(text, i), end)
        i = skip(text, end)
    return found, skip(text, i + 1)

def integer(value, least=0):
    if type(value) is not int or value < least:
        raise ValueError(value)
    return value

def line(raw):
    """The line, or None if the bytes, without the line feed, are not those that were hashed."""
    comma = max(0, raw.rfind(b","))
    found = HASH.fullmatch(raw, comma) if len(raw) <= LONGEST else None
    if not found or xxh64(raw[:comma]) != int(found[1], 16):
        return None
    try:
        text = raw[:comma].decode() + "}"
        JSON.decode(text)
        parts, _ = members(text, skip(text, 0))
        values = {name: value for name, (value, _, _) in parts.items()}
        header = values if values.get("format") == "jsonlog" else None
        operations, i = [], skip(text, parts["ops"][1] + 1) if "ops" in parts else 0
        while i and text[i] != "]":
            operation, i = members(text, i)
            key, revision, (value, start, end) = operation["k"][0].encode(), integer(operation["r"][0], 1), operation["v"]
            operations.append((key, revision, None if value is None else text[start:end]))
        return SimpleNamespace(
            sequence=integer(values["s"]), durable=integer(values.get("d", 0)), header=header, operations=operations)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None

def is_whole(data):
    return all(line(raw) or not raw.strip(b" \t\r") for raw in data.rstrip(b" \0").split(b"\n"))

class Reader:
    def __init__(self, directory):
        self.records, self.sequence, self.problems, segments = {}, 0, [], []
        names = [name for name in os.listdir(directory) if re.fullmatch(r"([0-9]{6}|[1-9][0-9]{6,9})\.jsonl", name)]
        for name in sorted(names, key=lambda name: int(name[:-6])):
            with open(os.path.join(directory, name), "rb") as file:
                data = file.read()
            first = line(data[:65536].split(b"\n")[0])
            header = first.header if first and first.header and first.header["segment"] == int(name[:-6]) else None
            if header and header["version"] > VERSION:
                raise OSError(f"{name} has version {header['version']}, known are those up to {VERSION}")
            segments.append((int(name[:-6]), name, data, header))
        for one in reversed(segments):
            replaced = set((one[3] or {}).get("replaces", ())) - {one[0]}
            old = [other for other in segments if other[0] in replaced]
            if old and one in segments:
                gone = [one] if len(old) == len(replaced) and not is_whole(one[2]) else old
                segments = [other for other in segments if other not in gone]
        for one in segments:
            self.read(*one[1:], is_newest=one is segments[-1])

    def apply(self, operations):
        for key, revision, value in operations:
            self.records[key] = (revision, value)

    def read(self, name, data, header, is_newest):
        is_compacted, begin = "replaces" in (header or {}), header["s"] if header else 0
        is_contiguous = header is not None and not is_compacted
        if is_contiguous and begin > self.sequence:
            self.problems.append(f"{name}: commits {self.sequence + 1} to {begin} are missing")
        sequence = 0 if is_compacted else max(self.sequence, begin)
        before, vouched, end, problems, later = None, 0, 0, [], []
        for raw in data.rstrip(b" \0").split(b"\n"):
            start, end = end, end + len(raw) + 1
            found = line(raw)
            if not raw.strip(b" \t\r") or (start == 0 and header):
                continue
            least = sequence + 1 if found and found.operations and is_contiguous else sequence
            is_bad = not found or found.header or found.sequence < least
            if is_bad or (is_contiguous and found.sequence > least):
                before = sequence if before is None else before
                problems.append(f"{name}: {'damage at' if is_bad else 'commits are missing before'} byte {start}")
            if is_bad:
                continue
            sequence, vouched = found.sequence, max(vouched, found.durable)
            (self.apply if before is None else later.extend)(found.operations)
        can_be_torn = before is not None and is_newest and is_contiguous
        if can_be_torn and vouched <= before:
            print(f"{name}: a commit that never ended is behind commit {before}", file=sys.stderr)
            sequence = before
        else:
            self.apply(later)
            self.problems += problems
            sequence = max(sequence, vouched if can_be_torn else 0)
        self.sequence = max(self.sequence, sequence, begin)

def main():
    try:
        reader = Reader(*sys.argv[1:])
    except (OSError, TypeError) as error:
        print(f"{error}\n\n{__doc__}", file=sys.stderr)
        return 2
    for key, (revision, value) in sorted(item for item in reader.records.items() if item[1][1] is not None):
        escaped = key.replace(b"\\", b"\\\\").replace(b"\t", b"\\t").replace(b"\n", b"\\n")
        sys.stdout.buffer.write(b"%s\t%d\t%s\n" % (escaped, revision, value.encode()))
    print(*reader.problems, sep="\n", end="", file=sys.stderr)
    return 1 if reader.problems else 0

sys.exit(main())
