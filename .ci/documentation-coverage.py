#!/usr/bin/env python3
"""Fails when a public symbol has no documentation comment.

Usage: documentation-coverage.py MODULE SYMBOL_GRAPH...

The symbol graphs of a module are MODULE.symbols.json and, for what it adds to other modules' types,
MODULE@OTHER.symbols.json. Not asked for documentation of their own:
  - members that the compiler made or copied: `::SYNTHESIZED::` in the identifier, or no place in a source file;
  - cases of enumerations;
  - implementations of a protocol's requirement, ours or the standard library's (`==`, `encode(to:)`, `description`…):
    there the contract is the requirement's. The compiler names that requirement as the member's `sourceOrigin`.
"""

import json
import os
import sys
from urllib.parse import unquote, urlparse


def place(symbol):
    location = symbol["location"]
    path = os.path.relpath(unquote(urlparse(location["uri"]).path))
    return f"{path}:{location['position']['line'] + 1}"


def main(module, graph_files):
    documented, exempt, missing = 0, 0, []
    for file in graph_files:
        with open(file, encoding="utf-8") as stream:
            graph = json.load(stream)
        if graph["module"]["name"] != module:
            sys.exit(f"{file} is not a symbol graph of {module}")
        witnesses = {relation["source"] for relation in graph["relationships"] if "sourceOrigin" in relation}
        for symbol in graph["symbols"]:
            identifier, kind = symbol["identifier"]["precise"], symbol["kind"]["identifier"]
            if "::SYNTHESIZED::" in identifier or "location" not in symbol:
                continue
            lines = symbol.get("docComment", {}).get("lines", [])
            if any(line["text"].strip() for line in lines):
                documented += 1
            elif kind == "swift.enum.case" or identifier in witnesses:
                exempt += 1
            else:
                missing.append(f"{place(symbol)}: {'.'.join(symbol['pathComponents'])} ({symbol['kind']['displayName']})")

    total = documented + len(missing)
    print(f"{module}: {documented}/{total} public symbols documented ({exempt} cases and requirements need none)")
    for line in sorted(set(missing)):
        print(f"  no documentation: {line}")
    if not total:
        sys.exit(f"{module}: the symbol graph holds no public symbol")
    return 1 if missing else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
