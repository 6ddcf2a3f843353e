"""What differs between two versions of files, as parsers see it: a line each, `file: path old -> new`.

The folder holds `list` (lines `number file`), `old/number` and `new/number`.
"""

import json
import pathlib
import sys
import tomllib
import xml.etree.ElementTree

import yaml


def leaves(value, path=""):
    """Every scalar of a document by its path; empty tables and lists are scalars."""
    items = None
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    if not items:
        return [(path, value)]
    return [leaf for key, below in items for leaf in leaves(below, f"{path}/{key}")]


def element(node):
    return {
        "tag": node.tag,
        "attributes": dict(node.attrib),
        "text": node.text,
        "tail": node.tail,
        "children": [element(child) for child in node],
    }


def lines(text):
    return {f"line {number}": line for number, line in enumerate(text.splitlines(), 1)}


def reader(name):
    file = pathlib.PurePath(name)
    if file.suffix == ".json":
        return json.loads
    if file.suffix in {".yaml", ".yml", ".cff"}:
        return lambda text: list(yaml.safe_load_all(text))
    if file.suffix == ".xml":
        return lambda text: element(xml.etree.ElementTree.fromstring(text))
    if file.suffix == ".toml" or file.name in {"Cargo.lock", "uv.lock", "poetry.lock"}:
        return tomllib.loads
    return lines


def main(folder):
    for entry in (folder / "list").read_text(encoding="utf-8").splitlines():
        number, name = entry.split(" ", 1)
        read = reader(name)
        old, new = (
            leaves(read((folder / side / number).read_bytes().decode("utf-8"))) for side in ("old", "new")
        )
        if [path for path, _ in old] != [path for path, _ in new]:
            sys.exit(f"{name} has another shape")
        for (path, before), (_, after) in zip(old, new):
            if (type(before), before) != (type(after), after):
                shown = (json.dumps(value, default=repr, ensure_ascii=False) for value in (before, after))
                print(f"{name}: {path} {' -> '.join(shown)}")


main(pathlib.Path(sys.argv[1]))
