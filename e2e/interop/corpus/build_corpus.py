# SPDX-License-Identifier: Apache-2.0
"""Builds good and bad distributions into a folder, with a manifest of what each is.

The good ones come out of real build back-ends. Each bad one is such a build, changed in one respect, with a RECORD that
is true of it again: only the row that it is named for may refuse it. Usage: build_corpus.py FOLDER
"""
import base64
import gzip
import hashlib
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path

OUT = Path(sys.argv[1]).resolve()
DISTS = OUT / "dists"
WORK = OUT / "work"
BACKENDS = {
    "setuptools": ("setuptools", "setuptools.build_meta"),
    "hatchling": ("hatchling", "hatchling.build"),
    "flit": ("flit_core", "flit_core.buildapi"),
    "poetry": ("poetry-core", "poetry.core.masonry.api"),
    "pdm": ("pdm-backend", "pdm.backend"),
}
READMES = {
    "md": ("README.md", "text/markdown", "# Title\n\nSome *text*.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"),
    "rst": ("README.rst", "text/x-rst", "Title\n=====\n\nSome *text* and ``code``.\n\n.. code-block:: python\n\n   x = 1\n"),
}
MANIFEST = []


def letters(number):
    """A name that looks like no other: of letters that no two of are taken for each other."""
    return "".join("abcdefgh"[int(digit, 8)] for digit in oct(number)[2:].zfill(3))


def next_name():
    next_name.count += 1
    return f"corpus-{letters(next_name.count)}"


next_name.count = 0


def write_project(name, backend, readme):
    folder = WORK / name
    package = folder / name.replace("-", "_")
    package.mkdir(parents=True)
    file, _, text = READMES[readme]
    (package / "__init__.py").write_text('"""A package of one module."""\n\n__version__ = "1.0"\n')
    (folder / file).write_text(text)
    (folder / "LICENSE").write_text("MIT\n")
    requirement, module = BACKENDS[backend]
    (folder / "pyproject.toml").write_text(
        f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{module}"\n\n'
        f'[project]\nname = "{name}"\nversion = "1.0"\ndescription = "A package for a test"\nreadme = "{file}"\n'
        'license = "MIT"\nlicense-files = ["LICENSE"]\nrequires-python = ">=3.9"\n'
        'authors = [{name = "A Name", email = "a.name@example.com"}]\nkeywords = ["a", "b"]\n'
        'classifiers = ["Programming Language :: Python :: 3", "Typing :: Typed"]\n'
        "dependencies = [\"idna>=2; python_version > '3.8'\"]\n"
        '[project.optional-dependencies]\nmore = ["packaging[x]~=24.0"]\n'
        f'[project.scripts]\n{name} = "{name.replace("-", "_")}:main"\n[project.urls]\nHome = "https://example.com/"\n'
    )
    return folder


def build(name, backend="hatchling", readme="md", kinds=("wheel", "sdist"), out=None):
    """Builds a project and gives the paths of its wheel and sdist."""
    folder = write_project(name, backend, readme)
    target = out or WORK / f"{name}-built"
    target.mkdir(exist_ok=True)
    made = []
    for kind in kinds:
        program = (
            "import importlib, sys; "
            f"print(importlib.import_module(sys.argv[1]).build_{kind}(sys.argv[2]))"
        )
        if backend in ("setuptools", "poetry"):
            result = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", program, BACKENDS[backend][1], str(target)],
                cwd=folder, check=True, capture_output=True, text=True,
            )
            made.append(target / result.stdout.strip().splitlines()[-1])
        else:
            os.chdir(folder)
            module = importlib.import_module(BACKENDS[backend][1])
            made.append(target / getattr(module, f"build_{kind}")(str(target)))
    return made


def listed(path, code=None, severity="error", **more):
    MANIFEST.append({"file": path.name, "folder": path.parent.name, "code": code, "severity": severity, **more})


def place(name):
    folder = DISTS / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# -- good ones ---------------------------------------------------------------------------------------------------------

def good():
    for backend in BACKENDS:
        for readme in READMES:
            name = next_name()
            for path in build(name, backend, readme, out=place(name)):
                listed(path, backend=backend)
    for tags in ("cp310-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64", "cp313-cp313t-musllinux_1_2_aarch64",
                 "cp39-abi3-macosx_11_0_arm64", "cp312-cp312-win_amd64"):
        wheel = Wheel()
        stem = wheel.name.replace("-", "_")
        wheel.members[f"{stem}/_native.abi3.so"] = b"\x7fELF" + bytes(range(256)) * 40
        wheel.members[f"{wheel.info}/sboms/{stem}.cyclonedx.json"] = b"{}"
        wheel.tags(tags)
        wheel.save(backend="maturin-style")


# -- bad ones ----------------------------------------------------------------------------------------------------------

class Wheel:
    """A wheel in parts, to be put together again with one thing changed."""

    def __init__(self, backend="hatchling", readme="md"):
        self.name = next_name()
        [path] = build(self.name, backend, readme, ("wheel",))
        with zipfile.ZipFile(path) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}
        self.filename = path.name
        self.info = "-".join(path.name.split("-", 2)[:2]) + ".dist-info"
        self.record = True

    def text(self, member):
        return self.members[f"{self.info}/{member}"].decode()

    def set(self, member, text):
        self.members[f"{self.info}/{member}"] = text.encode() if isinstance(text, str) else text
        return self

    def header(self, *lines, version=None):
        """Puts lines before the first Classifier, or in place of those that start as one of them does and stand once."""
        head, _, body = self.text("METADATA").partition("\n\n")
        keep = head.split("\n")
        for line in lines:
            field = line.split(":")[0]
            if field in ONCE:
                keep = [other for other in keep if not other.startswith(field + ":")]
        if version:
            keep[0] = f"Metadata-Version: {version}"
        return self.set("METADATA", "\n".join([*keep, *lines]) + "\n\n" + body)

    def without(self, *fields):
        head, _, body = self.text("METADATA").partition("\n\n")
        keep = [line for line in head.split("\n") if line.split(":")[0] not in fields]
        return self.set("METADATA", "\n".join(keep) + "\n\n" + body)

    def body(self, text, content_type):
        self.without("Description-Content-Type")
        head = self.text("METADATA").partition("\n\n")[0]
        typed = f"{head}\nDescription-Content-Type: {content_type}" if content_type else head
        return self.set("METADATA", f"{typed}\n\n{text}" if text else typed + "\n")

    def tags(self, tags):
        self.filename = f"{self.filename.split('-', 2)[0]}-1.0-{tags}.whl"
        python, abi, platforms = tags.split("-")
        lines = [line for line in self.text("WHEEL").split("\n") if line and not line.startswith("Tag:")]
        lines += [f"Tag: {p}-{abi}-{one}" for p in python.split(".") for one in platforms.split(".")]
        return self.set("WHEEL", "\n".join(lines) + "\n")

    def bytes(self, edit=None, duplicate=None, prefix=b""):
        if self.record:
            rows = []
            for name, content in self.members.items():
                if name.endswith("/RECORD"):
                    continue
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                rows.append(f"{name},sha256={digest},{len(content)}")
            self.set("RECORD", "\n".join([*rows, f"{self.info}/RECORD,,"]) + "\n")
        buffer = io.BytesIO(prefix)
        mode = "a" if prefix else "w"
        with warnings.catch_warnings(), zipfile.ZipFile(buffer, mode, zipfile.ZIP_DEFLATED) as archive:
            warnings.simplefilter("ignore")
            for name, content in self.members.items():
                info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                if edit:
                    edit(info)
                archive.writestr(info, content)
            if duplicate:
                archive.writestr(duplicate, b"again")
        return buffer.getvalue()

    def save(self, code=None, severity="error", content=None, **more):
        path = place(self.name) / self.filename
        path.write_bytes(self.bytes() if content is None else content)
        listed(path, code, severity, **more)


ONCE = {"Author-email", "Summary", "Requires-Python", "License-Expression", "Metadata-Version", "Name", "Version", "Description-Content-Type"}


class Sdist:
    def __init__(self, backend="flit"):
        self.name = next_name()
        [path] = build(self.name, backend, "md", ("sdist",))
        with tarfile.open(path) as archive:
            self.members = {m.name: archive.extractfile(m).read() for m in archive.getmembers() if m.isfile()}
        self.filename = path.name
        self.top = path.name[: -len(".tar.gz")]

    def tar(self, extra=()):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for name, content in self.members.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
            for info in extra:
                archive.addfile(info, io.BytesIO(b"\0" * info.size))
        return buffer.getvalue()

    def save(self, code=None, severity="error", content=None, **more):
        path = place(self.name) / self.filename
        path.write_bytes(gzip.compress(self.tar(), mtime=0) if content is None else content)
        listed(path, code, severity, **more)


METADATA_ROWS = [
    ("metadata-version", dict(version="2.6"), []),
    ("metadata-repeated-field", {}, ["Keywords: x"]),
    ("local-version", {}, None),
    ("metadata-field-too-new", dict(version="2.4"), ["Import-Name: corpus"]),
    ("email-address", {}, ["Author-email: A Name <nobody>"]),
    ("email-address", {}, ["Maintainer-email: a@example.test"]),
    ("classifier-private", {}, ["Classifier: Private :: Do Not Upload"]),
    ("classifier-unknown", {}, ["Classifier: Development Status :: 5 - Stable"]),
    ("classifier-deprecated", {}, ["Classifier: Natural Language :: Ukranian"]),
    ("web-address", {}, ["Home-page: example.com"]),
    ("web-address", {}, ["Download-URL: ftp://example.com/x"]),
    ("dynamic-field", {}, ["Dynamic: Version"]),
    ("dynamic-field", {}, ["Dynamic: Colour"]),
    ("import-name", dict(version="2.5"), ["Import-Name: not-a-name"]),
    ("license-conflict", {}, ["License: MIT"]),
    ("license-expression", {}, ["License-Expression: Apache 2.0"]),
    ("license-file-path", {}, None),
    ("project-url", {}, ["Project-URL: " + "x" * 33 + ", https://example.com"]),
    ("project-url", {}, ["Project-URL: Code, git@example.com:x"]),
    ("requirement", {}, ["Requires-Dist: idna >= two"]),
    ("requirement", {}, ["Requires-Dist: idna; python_versions > '3'"]),
    ("direct-requirement", {}, ["Requires-Dist: idna @ https://example.com/idna.whl"]),
    ("extra-name", {}, ["Provides-Extra: two words"]),
    ("requires-python", {}, ["Requires-Python: 3.9"]),
    ("summary-length", {}, ["Summary: " + "x" * 513]),
    ("summary-lines", {}, ["Summary: one\n  two"]),
    ("description-content-type", {}, ["Description-Content-Type: text/html"]),
    ("description-content-type", {}, ["Description-Content-Type: text/markdown; variant=Pandoc"]),
    ("name-invalid", {}, None),
    ("version-invalid", {}, ["Version: latest"]),
    ("metadata-required-field", {}, None),
]
METADATA_WARNINGS = [
    ("classifier-newer", ["Classifier: Programming Language :: Python :: 3.99"]),
    ("license-classifier", ["Classifier: License :: OSI Approved :: MIT License"]),
    ("metadata-unknown-field", ["X-Colour: red"]),
]


def bad_metadata():
    for at, (code, options, lines) in enumerate(METADATA_ROWS):
        wheel = Wheel(("hatchling", "flit", "pdm")[at % 3])
        if lines is not None:
            wheel.header(*lines, **options)
        elif code == "local-version":
            rename(wheel, "1.0+local")
        elif code == "license-file-path":
            wheel.header("License-File: ../LICENSE")
            wheel.members[f"{wheel.info}/licenses/../LICENSE".replace("licenses/../", "")] = b"MIT"
        elif code == "name-invalid":
            wheel.header(f"Name: {wheel.name}-")
        elif code == "metadata-required-field":
            wheel.without("Version")
        wheel.save(code)
    for code, lines in METADATA_WARNINGS:
        Wheel().header(*lines).save(code, "warning")
    wheel = Wheel()
    wheel.header(version="2.1").without("License-Expression").save("metadata-license-file", "warning")
    Wheel().body("Title\n=====\n\n.. note:: x\n\n:sphinx:`unknown role`\n", "text/x-rst").save("description-render")
    Wheel("flit", "rst").body("Text\n\n.. unknown-directive:: x\n", "text/x-rst").save("description-render")
    Wheel().body("Fine\n====\n\ntext\n", None).save("description-type-missing", "warning")
    Wheel().body("", "text/markdown").save("description-missing", "warning")
    wheel = Wheel()
    wheel.set("METADATA", wheel.text("METADATA").encode() + b"\xff")
    wheel.save("metadata-unreadable")


def rename(wheel, version):
    """The wheel with another version, everywhere."""
    old, new = wheel.info, wheel.info.replace("-1.0.", f"-{version}.")
    wheel.set("METADATA", wheel.text("METADATA").replace("\nVersion: 1.0\n", f"\nVersion: {version}\n"))
    wheel.members = {name.replace(old, new): content for name, content in wheel.members.items()}
    wheel.info, wheel.filename = new, wheel.filename.replace("-1.0-", f"-{version}-")


def bad_wheels():
    wheel = Wheel()
    wheel.header("Name: another-name")
    wheel.save("name-mismatch")
    wheel = Wheel()
    wheel.header("Version: 1.1")
    wheel.save("version-mismatch")
    wheel = Wheel()
    del wheel.members[f"{wheel.info}/METADATA"]
    wheel.save("metadata-missing")
    wheel = Wheel()
    del wheel.members[f"{wheel.info}/WHEEL"]
    wheel.save("wheel-file-missing")
    wheel = Wheel()
    wheel.bytes()
    wheel.record = False
    del wheel.members[f"{wheel.info}/RECORD"]
    wheel.save("wheel-record-missing")
    wheel = Wheel()
    del wheel.members[f"{wheel.info}/licenses/LICENSE"]
    wheel.save("license-file-missing")
    for tags in ("cp312-cp312-linux_x86_64", "cp312-cp312-macosx_11_1_arm64"):
        Wheel().tags(tags).save("platform-tag")
    wheel = Wheel()
    stem = wheel.name.replace("-", "_")
    wheel.filename = wheel.filename.replace(stem, stem.title())
    wheel.members = {name.replace(wheel.info, wheel.info.title().replace(".Dist-Info", ".dist-info")): content for name, content in wheel.members.items()}
    wheel.info = wheel.info.title().replace(".Dist-Info", ".dist-info")
    wheel.save("wheel-filename")
    wheel = Wheel()
    rename(wheel, "1.0.0")
    wheel.set("METADATA", wheel.text("METADATA").replace("\nVersion: 1.0.0\n", "\nVersion: 1.0\n")).save()
    for text in ("[console_scripts]\n../x = a:b\n", "name = a:b\n", "[a]\nx = a:b\nx = a:b\n"):
        Wheel().set("entry_points.txt", text).save("entry-points")
    Wheel().set("entry_points.txt", "[console_scripts]\nx = not an object\n").save("entry-point-reference", "warning")
    wheel = Wheel()
    wheel.filename = wheel.filename.replace("-1.0-", f"-1.0-{'1' * 220}-")
    wheel.save("filename-too-long")
    Wheel().set("WHEEL", "Wheel-Version: 1.0\nTag: py2-none-any\n").save("wheel-tags", "warning")
    wheel = Wheel()
    wheel.set("WHEEL", wheel.text("WHEEL").replace("Wheel-Version: 1.0", "Wheel-Version: 2.0")).save("wheel-version", "warning")
    wheel = Wheel()
    wheel.bytes()
    wheel.record = False
    wheel.set("RECORD", wheel.text("RECORD") + "absent.py,,\n").save("wheel-record", "warning")
    wheel = Wheel()
    wheel.bytes()
    wheel.record = False
    wheel.set("RECORD", wheel.text("RECORD").replace("sha256=", "sha256=AAAA", 1)).save("wheel-record-hash", "warning")
    wheel = Wheel()
    rename(wheel, "1.0.post0")
    wheel.filename = wheel.filename.replace("1.0.post0", "1.0.post")
    wheel.members = {name.replace("-1.0.post0.", "-1.0.post."): content for name, content in wheel.members.items()}
    wheel.info = wheel.info.replace("1.0.post0", "1.0.post")
    wheel.save("wheel-version-form", "warning")
    wheel = Wheel()
    wheel.members["older-0.9.dist-info/METADATA"] = b"Metadata-Version: 2.1\nName: older\nVersion: 0.9\n"
    wheel.save("second-dist-info", "warning")
    wheel = Wheel()
    wheel.filename = "corpus.whl"
    wheel.save("filename-invalid")
    wheel = Wheel()
    wheel.filename = wheel.filename.replace(".whl", ".egg")
    wheel.save("filename-invalid")


def bad_contents():
    token = "pypi-" + "AgEIcHlwaS5vcmcCJ" + "a" * 150
    for code, source in (
        ("leaked-token", f"TOKEN = '{token}'\n"),
        ("forbidden-content", "__pyarmor__(__name__, __file__, b'')\n"),
    ):
        wheel = Wheel()
        wheel.members[f"{wheel.name.replace('-', '_')}/secret.py"] = source.encode()
        wheel.save(code)
    sdist = Sdist()
    sdist.members[f"{sdist.top}/a.pye"] = b"---BEGIN PYE FILE---\n---END PYE FILE---\n"
    sdist.save("forbidden-content")


def flag(info, bits):
    info.flag_bits |= bits


def bad_zips():
    wheel = Wheel()
    wheel.save("archive-damaged", content=b"this is no zip")
    wheel = Wheel()
    wheel.save("archive-damaged", content=wheel.bytes()[:-30])
    wheel = Wheel()
    wheel.save("zip-hidden-data", content=wheel.bytes(prefix=b"#!/bin/sh\n"))
    wheel = Wheel()
    wheel.save("zip-comment", content=wheel.bytes(lambda info: setattr(info, "comment", b"x")))
    wheel = Wheel()
    wheel.save("zip-data-descriptor", content=streamed(wheel))
    wheel = Wheel()
    wheel.save("archive-duplicate", content=wheel.bytes(duplicate=f"{wheel.name.replace('-', '_')}/__init__.py"))
    wheel = Wheel()
    wheel.save("archive-compression", content=wheel.bytes(lambda info: setattr(info, "compress_type", zipfile.ZIP_BZIP2)))
    wheel = Wheel()
    wheel.members[f"{wheel.name.replace('-', '_')}/zeros.bin"] = bytes(70 * 1024 * 1024)
    wheel.save("archive-bomb")
    wheel = Wheel()
    content = bytearray(wheel.bytes())
    content[content.index(b"PK\x03\x04") + 30] ^= 0x20
    wheel.save("archive-ambiguous", content=bytes(content))
    wheel = Wheel()
    wheel.members["bad\x01name.txt"] = b""
    wheel.save("archive-name")
    wheel = Wheel()
    wheel.members[f"{wheel.name.replace('-', '_')}/large.bin"] = os.urandom(101 * 1024 * 1024)
    wheel.save("file-size", "warning")


def streamed(wheel):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.parts = []
        def writable(self):
            return True
        def write(self, data):
            self.parts.append(bytes(data))
            return len(data)
    wheel.bytes()
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in wheel.members.items():
            archive.writestr(name, content)
    return b"".join(pipe.parts)


def bad_sdists():
    sdist = Sdist()
    sdist.members["other/file.py"] = b""
    sdist.save("sdist-top-level")
    sdist = Sdist()
    sdist.members = {f"{sdist.top}/PKG-INFO": sdist.members[f"{sdist.top}/PKG-INFO"].replace(b"License-File: LICENSE\n", b"")}
    sdist.save("sdist-top-level")
    sdist = Sdist()
    del sdist.members[f"{sdist.top}/PKG-INFO"]
    sdist.save("metadata-missing")
    sdist = Sdist()
    sdist.filename = sdist.filename.replace("corpus_", "corpus-")
    sdist.members = {name.replace("corpus_", "corpus-", 1): content for name, content in sdist.members.items()}
    sdist.save("sdist-filename")
    sdist = Sdist()
    sdist.filename = sdist.filename.replace(".tar.gz", ".zip")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sdist.members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    sdist.save("sdist-filename", content=buffer.getvalue())
    sdist = Sdist()
    del sdist.members[f"{sdist.top}/LICENSE"]
    sdist.save("license-file-missing")
    sdist = Sdist()
    sdist.save("archive-damaged", content=gzip.compress(sdist.tar(), mtime=0)[:400])
    sdist = Sdist()
    sparse = tarfile.TarInfo(f"{sdist.top}/sparse")
    sparse.type = tarfile.GNUTYPE_SPARSE
    sdist.save("archive-member-type", content=gzip.compress(sdist.tar([sparse]), mtime=0))
    sdist = Sdist()
    sdist.save("archive-polyglot", content=gzip.compress(sdist.tar(), mtime=0) + b"\0" + Wheel().bytes())
    sdist = Sdist()
    link = tarfile.TarInfo(f"{sdist.top}/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    sdist.save("archive-link", content=gzip.compress(sdist.tar([link]), mtime=0))
    sdist = Sdist()
    up = tarfile.TarInfo(f"{sdist.top}/../../up")
    sdist.save("archive-name", content=gzip.compress(sdist.tar([up]), mtime=0))
    sdist = Sdist()
    sdist.members[f"{sdist.top}/zeros.bin"] = bytes(70 * 1024 * 1024)
    sdist.save("archive-bomb")
    sdist = Sdist()
    behind = tarfile.TarInfo(f"{sdist.top}/behind").tobuf()
    whole = sdist.tar()
    with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
        last = archive.getmembers()[-1]
        end = (last.offset_data + last.size + 511) // 512 * 512
    sdist.save("archive-trailing-data", content=gzip.compress(whole[:end] + bytes(512) + behind + bytes(1024), mtime=0))


shutil.rmtree(OUT, ignore_errors=True)
DISTS.mkdir(parents=True)
WORK.mkdir()
os.environ["SOURCE_DATE_EPOCH"] = "1767225600"
for part in (good, bad_metadata, bad_wheels, bad_contents, bad_zips, bad_sdists):
    part()
os.chdir(OUT)
shutil.rmtree(WORK)
(OUT / "manifest.json").write_text(json.dumps(MANIFEST, indent=1))
print(len(MANIFEST), "distributions")
