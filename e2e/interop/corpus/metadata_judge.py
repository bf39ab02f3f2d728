# SPDX-License-Identifier: Apache-2.0
"""Judges the metadata of distributions by the libraries that PyPI itself runs, at its versions.

Usage: metadata_judge.py FILE...; prints a JSON object: by file the fields of the upload form, what the libraries refuse
(or null), and whether the description renders. What PyPI adds to them in code of its own is written here anew.
"""
import email.parser
import email.policy
import email.utils
import io
import json
import os
import sys
import tarfile
import zipfile

import email_validator
from packaging.metadata import Metadata, parse_email
from packaging.requirements import InvalidRequirement, Requirement
from readme_renderer import rst
from rfc3986 import uri_reference
from rfc3986.exceptions import RFC3986Exception
from rfc3986.validators import Validator
from trove_classifiers import all_classifiers, deprecated_classifiers

PLURAL = {"classifier": "classifiers", "project-url": "project_urls"}
KNOWN = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")


def metadata_of(path):
    name = os.path.basename(path)
    try:
        if name.endswith(".whl"):
            with zipfile.ZipFile(path) as archive:
                return archive.read("-".join(name.split("-", 2)[:2]) + ".dist-info/METADATA")
        top = name.removesuffix(".tar.gz").removesuffix(".zip")
        if name.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                return archive.read(f"{top}/PKG-INFO")
        with tarfile.open(path) as archive:
            return archive.extractfile(f"{top}/PKG-INFO").read()
    except Exception:
        return None


def form_of(content, path):
    """The fields as an uploader sends them: every header but those that PyPI did not know yet in the version stated."""
    text = content.decode("utf-8", "surrogateescape")
    message = email.parser.Parser(policy=email.policy.compat32).parsestr(text)
    stated = message.get("Metadata-Version", "")
    fields = []
    for header, value in message.items():
        name = header.lower()
        if name == "license-file" and stated in KNOWN[:6]:
            continue
        fields.append([PLURAL.get(name, name.replace("-", "_")), str(value)])
    if message.get_payload():
        fields.append(["description", message.get_payload()])
    return fields


def judge(content):
    try:
        metadata = Metadata.from_email(strip_unsent(content))
    except ExceptionGroup as group:
        return str(group.exceptions[0])
    faults = list(index_faults(metadata))
    return faults[0] if faults else None


def strip_unsent(content):
    """Without the headers that are not sent: unknown ones, and License-File below 2.4."""
    raw, unparsed = parse_email(content)
    keep = []
    old = raw.get("metadata_version") in KNOWN[:6]
    head, _, body = content.partition(b"\n\n")
    for line in head.split(b"\n"):
        name = line.split(b":")[0].lower().decode("latin-1")
        if name.startswith("x-") or (old and name == "license-file"):
            continue
        keep.append(line)
    return b"\n".join(keep) + b"\n\n" + body


def index_faults(metadata):
    if metadata.metadata_version not in KNOWN:
        yield "metadata version"
    if metadata.version.local:
        yield "local version"
    if metadata.summary and len(metadata.summary) > 512:
        yield "summary"
    for address in (metadata.author_email, metadata.maintainer_email):
        _, address = email.utils.parseaddr(address or "")
        try:
            if address:
                email_validator.validate_email(address, check_deliverability=False)
        except email_validator.EmailNotValidError as error:
            yield str(error)
    for classifier in metadata.classifiers or []:
        if classifier not in all_classifiers or classifier in deprecated_classifiers:
            yield classifier
    for url in [metadata.home_page, metadata.download_url, *(metadata.project_urls or {}).values()]:
        if url is not None and not is_web(url):
            yield url
    for label in metadata.project_urls or {}:
        if not label or len(label) > 32:
            yield label
    requirements = [str(one) for one in metadata.requires_dist or []]
    for text in [*requirements, *(metadata.provides_dist or []), *(metadata.obsoletes_dist or [])]:
        try:
            if Requirement(text).url is not None:
                yield text
        except InvalidRequirement as error:
            yield str(error)
    if metadata.license and metadata.license_expression:
        yield "license"


def is_web(url):
    validator = Validator().allow_schemes("http", "https").require_presence_of("scheme")
    validator.check_validity_of("scheme", "host", "port", "path", "query")
    try:
        validator.validate(uri_reference(url).normalize())
    except RFC3986Exception:
        return False
    return True


def renders(fields):
    values = dict(fields)
    kind = values.get("description_content_type", "text/x-rst").split(";")[0].strip().lower()
    if kind != "text/x-rst" or not values.get("description"):
        return True
    return rst.render(values["description"], stream=io.StringIO()) is not None


answers = {}
for path in sys.argv[1:]:
    content = metadata_of(path)
    if content is None:
        answers[path] = {"fields": None, "refusal": None, "renders": True}
        continue
    fields = form_of(content, path)
    answers[path] = {"fields": fields, "refusal": judge(content), "renders": renders(fields)}
sys.stdout.write(json.dumps(answers))
