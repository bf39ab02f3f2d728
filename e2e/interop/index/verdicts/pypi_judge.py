# SPDX-License-Identifier: Apache-2.0
"""Judges uploads' attestations with pypi-attestations, as PyPI does, in one warm process.

Reads one JSON object per line on standard input: {"trust", "field", "publisher", "file": {"filename", "sha256"}}. Answers
each with one line on standard output: {"accepted", "words"}. `trust` is a cache folder that holds a trusted root in the
place of the public instance's: the library runs as it is, and offline.
"""

import json
import os
import sys

from pydantic import TypeAdapter
from pypi_attestations import Attestation, Distribution, Publisher

ATTESTATIONS = TypeAdapter(list[Attestation])
PUBLISHER = TypeAdapter(Publisher)


def judge(request):
    os.environ["XDG_CACHE_HOME"] = request["trust"]
    file = request["file"]
    dist = Distribution(name=file["filename"], digest=file["sha256"])
    publisher = PUBLISHER.validate_python(request["publisher"])
    for attestation in ATTESTATIONS.validate_json(request["field"]):
        attestation.verify(publisher, dist, offline=True)


def answer(line):
    try:
        judge(json.loads(line))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # A panic of the Rust parts is no Exception.
        return {"accepted": False, "words": f"{type(error).__name__}: {error}"}
    return {"accepted": True, "words": ""}


def main():
    output = sys.stdout
    # A library that prints must not break the protocol.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        print(json.dumps(answer(line)), file=output, flush=True)


if __name__ == "__main__":
    main()
