// SPDX-License-Identifier: Apache-2.0
import {
  parseStatement,
  type EnvelopeContent,
  type MessageContent,
  type SigstoreBundle,
} from '@colophon/attestation';
import { isAppError } from '@colophon/base';
import { parseCertificate, type HashName } from '@colophon/pki';
import type { Evidence } from './evidence.ts';
import { isSupportedKind, parseLogEntryBody } from './log-entry-body.ts';
import type { Policies } from './policy.ts';
import { schemeOf, type SigningKey } from './signing-key.ts';

const HASHES: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);
const isHash = (name: string): name is HashName => HASHES.has(name);

/**
 * The digests of the file that evidence may be judged by, SHA-256 always among them, so that a file of any size can be
 * hashed in one pass. Evidence that is malformed asks for no other; it is refused when it is judged.
 */
export function digestsFor(evidence: Evidence, policies: Policies): ReadonlySet<HashName> {
  const names = new Set<HashName>(['sha256']);
  if (evidence.kind === 'pep740') return names;
  try {
    for (const name of digestsOf(evidence.bundle, policies)) names.add(name);
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
  return names;
}

function digestsOf(bundle: SigstoreBundle, policies: Policies): HashName[] {
  const { content } = bundle;
  return content.kind === 'dsse' ? digestsOfSubjects(content) : digestsOfMessage(content, bundle, policies);
}

function digestsOfSubjects({ payload }: EnvelopeContent): HashName[] {
  const { subjects } = parseStatement(payload, { legacy: true });
  return subjects.flatMap(({ digest }) => Object.keys(digest).filter(isHash));
}

function digestsOfMessage(
  { digest }: MessageContent,
  bundle: SigstoreBundle,
  policies: Policies,
): HashName[] {
  const hinted = digest?.algorithm.startsWith('SHA2_') ? [digest.algorithm.replace('SHA2_', 'sha')] : [];
  const logged = bundle.transparencyEntries.flatMap(
    ({ kindVersion: { kind, version }, canonicalizedBody }) =>
      isSupportedKind(kind, version)
        ? [parseLogEntryBody(canonicalizedBody, kind, version).digest.algorithm]
        : [],
  );
  const signed = keysOf(bundle, policies).flatMap((key) =>
    schemeOf(key).algorithms.map(({ hash = 'sha256' }) => hash),
  );
  return [...hinted, ...logged, ...signed].filter(isHash);
}

function keysOf({ keyMaterial }: SigstoreBundle, { anyOf }: Policies): Pick<SigningKey, 'publicKey'>[] {
  return keyMaterial.kind === 'certificate'
    ? [parseCertificate(keyMaterial.chain[0])]
    : anyOf.filter((policy) => policy.kind === 'key');
}
