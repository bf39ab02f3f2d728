// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { encodeBundle, parseStatement, type SigstoreBundle } from '@colophon/attestation';
import { decodeHex } from '@colophon/base';
import { HttpClient } from '@colophon/http';
import { expectedIdentity, type IdToken, parseIdToken } from '@colophon/oidc';
import {
  CertificateSession,
  FulcioClient,
  openWitness,
  selectSigningServices,
  SessionSigner,
  signFile,
  type SignatureWitness,
  signStatement,
} from '@colophon/sign';
import { type Artifact, verifyEvidence } from '@colophon/verify';
import { type SignRequest, UsageError } from './command-line.ts';
import { type Instance, instanceOf } from './instance.ts';

interface Signing {
  readonly session: CertificateSession;
  readonly witness: SignatureWitness;
}

interface Signed {
  readonly bundle: SigstoreBundle;
  readonly artifact: Artifact;
  readonly predicateTypes?: readonly string[];
}

/** `sign-bundle`: signs, verifies, and only then writes. */
export async function signBundle({
  instance: choice,
  identityToken,
  inToto,
  file,
  bundle,
}: SignRequest): Promise<void> {
  const token = parseIdToken(identityToken, { audience: 'sigstore', now: now() });
  const http = new HttpClient({ userAgent: 'colophon-conformance', timeBudgetMs: 120_000 });
  try {
    const instance = await instanceOf(choice, http);
    const signing = openSigning(instance, http, identityToken);
    const made = await (inToto ? signInToto : signMessage)(file, signing);
    signing.session.close();
    assertVerified(made, instance, token);
    await writeFile(bundle, encodeBundle(made.bundle));
  } finally {
    await http.close();
  }
}

function openSigning({ trustedRoot, signingConfig }: Instance, http: HttpClient, token: string): Signing {
  const services = selectSigningServices(signingConfig, { now: now(), output: 'bundle' });
  const fulcio = new FulcioClient({ url: services.fulcioUrl, http });
  const identityProvider = { getToken: () => Promise.resolve(token) };
  const session = new CertificateSession({ identityProvider, fulcio, trustedRoot, now });
  return { session, witness: openWitness(services, trustedRoot, { http }) };
}

function now(): Date {
  return new Date();
}

async function signMessage(file: string, { session, witness }: Signing): Promise<Signed> {
  const { bundle, sha256 } = await signFile(file, { session, witness });
  return {
    bundle,
    artifact: { filename: basename(file), sha256, bytes: new Uint8Array(await readFile(file)) },
  };
}

async function signInToto(file: string, { session, witness }: Signing): Promise<Signed> {
  const payload = new Uint8Array(await readFile(file));
  const { subjects, predicateType } = parseStatement(payload, { legacy: true });
  const subject = subjects.find(({ digest }) => digest['sha256'] !== undefined);
  if (subject === undefined) throw new UsageError(`${file}: no subject has a SHA-256 digest`);
  const bundle = await signStatement(payload, { signer: new SessionSigner(session), witness });
  const sha256 = decodeHex(subject.digest['sha256'] ?? '');
  return { bundle, artifact: { filename: subject.name, sha256 }, predicateTypes: [predicateType] };
}

function assertVerified(
  { bundle, artifact, predicateTypes }: Signed,
  { trustedRoot }: Instance,
  token: IdToken,
): void {
  const { issuer, subject } = expectedIdentity(token);
  const evidence = { kind: 'bundle', name: 'the new bundle', bundle } as const;
  verifyEvidence(evidence, artifact, [trustedRoot], {
    anyOf: [{ kind: 'identity', identity: subject.value, issuer }],
    ...(predicateTypes === undefined ? {} : { predicateTypes }),
  });
}
