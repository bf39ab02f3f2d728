# SPDX-License-Identifier: Apache-2.0
"""Runs sigstore and pypi-attestations as libraries in one warm process.

Reads one JSON object per line on standard input: {"id", "op", ...}. Answers each with one line on standard output:
{"id", "ok": true, "value": ...} or {"id", "ok": false, "error": "..."}. Requests run in parallel, answers come as
they are done. pypi-attestations knows only the public instances: it is run offline, and whoever starts this process
points XDG_CACHE_HOME at a cache whose files hold the trust of the local stack.
"""

import json
import sys
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from zipfile import ZipFile

from pydantic import TypeAdapter
from pypi_attestations import Attestation, Distribution, Publisher
from sigstore import dsse
from sigstore._utils import sha256_digest
from sigstore.errors import VerificationError
from sigstore.models import Bundle, ClientTrustConfig, TrustedRoot
from sigstore.oidc import IdentityToken
from sigstore.sign import Signer, SigningContext
from sigstore.verify import Verifier, policy

PUBLISHER = TypeAdapter(Publisher)


@cache
def context(trust_config):
    text = Path(trust_config).read_text(encoding="utf-8")
    return SigningContext.from_trust_config(ClientTrustConfig.from_json(text))


@cache
def verifier(trusted_root):
    return Verifier(trusted_root=TrustedRoot.from_file(trusted_root))


def new_signer(request):
    return Signer(IdentityToken(request["token"]), context(request["trustConfig"]))


def digest_of(path):
    with open(path, "rb") as file:
        return sha256_digest(file)


def sign_message(request):
    bundle = new_signer(request).sign_artifact(digest_of(request["artifact"]))
    Path(request["output"]).write_text(bundle.to_json(), encoding="utf-8")


def sign_statement(request):
    statement = dsse.Statement(Path(request["statement"]).read_bytes())
    bundle = new_signer(request).sign_dsse(statement)
    Path(request["output"]).write_text(bundle.to_json(), encoding="utf-8")


def verify_bundle(request):
    """What `sigstore verify identity` does with a bundle: for DSSE the digest must be that of some subject."""
    bundle = Bundle.from_json(Path(request["evidence"]).read_bytes())
    who = policy.Identity(identity=request["identity"], issuer=request["issuer"])
    checker = verifier(request["trustedRoot"])
    hashed = digest_of(request["artifact"])
    if bundle._dsse_envelope is None:
        checker.verify_artifact(hashed, bundle, who)
        return
    kind, payload = checker.verify_dsse(bundle, who)
    if kind != dsse.Envelope._TYPE:
        raise VerificationError(f"payload type {kind}")
    if not dsse.Statement(payload)._matches_digest(hashed):
        raise VerificationError("no subject of the statement has the digest of the artifact")


def attest(request):
    """One signer, so one certificate, for all files, as `pypi-attestations sign` does."""
    signer = new_signer(request)
    for file in request["files"]:
        attestation = Attestation.sign(signer, Distribution.from_file(Path(file["artifact"])))
        Path(file["output"]).write_text(attestation.model_dump_json(), encoding="utf-8")


def verify_attestation(request):
    attestation = Attestation.model_validate_json(Path(request["evidence"]).read_bytes())
    publisher = PUBLISHER.validate_python(request["publisher"])
    kind, _ = attestation.verify(publisher, Distribution.from_file(Path(request["artifact"])), offline=True)
    return kind


def verify_bundles(request):
    for item in request["items"]:
        verify_bundle(item)


def verify_attestations(request):
    for item in request["items"]:
        verify_attestation(item)


def attestation_from_bundle(request):
    bundle = Bundle.from_json(Path(request["input"]).read_bytes())
    Path(request["output"]).write_text(Attestation.from_bundle(bundle).model_dump_json(), encoding="utf-8")


def bundle_from_attestation(request):
    attestation = Attestation.model_validate_json(Path(request["input"]).read_bytes())
    Path(request["output"]).write_text(attestation.to_bundle().to_json(), encoding="utf-8")


def make_wheel(request):
    """A small sound wheel whose only module holds the given text."""
    name, version, path = request["name"], request["version"], Path(request["output"])
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": request["text"],
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: interop\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
        record = "".join(f"{file},{record_digest(text)},{len(text.encode())}\n" for file, text in files.items())
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


def record_digest(text):
    digest = urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")
    return f"sha256={digest}"


OPERATIONS = {
    "make-wheel": make_wheel,
    "sign-message": sign_message,
    "sign-statement": sign_statement,
    "verify-bundle": verify_bundle,
    "attest": attest,
    "verify-attestation": verify_attestation,
    "verify-bundles": verify_bundles,
    "verify-attestations": verify_attestations,
    "attestation-from-bundle": attestation_from_bundle,
    "bundle-from-attestation": bundle_from_attestation,
    "ping": lambda request: "pong",
}


def answer(request):
    try:
        return {"id": request["id"], "ok": True, "value": OPERATIONS[request["op"]](request)}
    except Exception as error:
        return {"id": request["id"], "ok": False, "error": f"{type(error).__name__}: {error}"}


def main():
    output, lock = sys.stdout, Lock()
    # A library that prints must not break the protocol.
    sys.stdout = sys.stderr

    def serve(request):
        line = json.dumps(answer(request))
        with lock:
            print(line, file=output, flush=True)

    with ThreadPoolExecutor(max_workers=4) as pool:
        for line in sys.stdin:
            pool.submit(serve, json.loads(line))


if __name__ == "__main__":
    main()
