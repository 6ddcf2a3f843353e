"""A build backend that needs nothing, and leaves times and modes in its sdist as setuptools does."""

import os
import pathlib
import tarfile
import time
import zipfile

NAME, VERSION = "tiny_py", "1.2.0rc1"
METADATA = f"Metadata-Version: 2.1\nName: Tiny.Py\nVersion: {VERSION}\n"


def build_sdist(folder, settings=None):
    name = f"{NAME}-{VERSION}"
    os.chmod("backend.py", 0o600 | os.getpid() % 2 * 0o44)
    os.utime("backend.py", (time.time(), time.time_ns() % 10**9))
    pathlib.Path("PKG-INFO").write_text(METADATA)
    with tarfile.open(os.path.join(folder, f"{name}.tar.gz"), "w:gz") as archive:
        for file in ["pyproject.toml", "backend.py", "src", "PKG-INFO"]:
            archive.add(file, f"{name}/{file}")
    return f"{name}.tar.gz"


def build_wheel(folder, settings=None, metadata=None):
    name = f"{NAME}-{VERSION}-py3-none-any.whl"
    moment = time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"]))[:6]
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        code = pathlib.Path("src/tiny_py/__init__.py").read_text()
        info = f"{NAME}-{VERSION}.dist-info"
        tags = "Wheel-Version: 1.0\nGenerator: tiny\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        files = [("tiny_py/__init__.py", code), (f"{info}/METADATA", METADATA), (f"{info}/WHEEL", tags)]
        record = "".join(f"{path},,\n" for path, _ in files) + f"{info}/RECORD,,\n"
        for path, text in [*files, (f"{info}/RECORD", record)]:
            wheel.writestr(zipfile.ZipInfo(path, moment), text)
    return name
