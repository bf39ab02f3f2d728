// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import type { Identity, MutationName, VerifyingJob } from './peer.ts';

/** What the mutations put in the place of the real thing; the other artifact bears the same file name. */
export interface Substitutes {
  /** Where a mutated piece of evidence may be written: a path of the caller's own. */
  readonly evidence: string;
  readonly artifact: string;
  readonly identity: Identity;
}

/**
 * What the refusal of each mutation must speak of. A changed signature is noticed first by whoever looks first: the
 * signature's own check, the log entry's, or the time stamp's.
 */
export const telltales: Readonly<Record<MutationName, RegExp>> = {
  'signature-byte': /signature|timestamp|verified time|expected root/i,
  'other-artifact': /digest|signature/i,
  'other-identity': /identity|\bSANs?\b|\bdoes not match\b/i,
};

/** A job that differs from a good one in one point, which its verifier must notice. */
export async function mutate(
  name: MutationName,
  job: VerifyingJob,
  substitutes: Substitutes,
): Promise<VerifyingJob> {
  if (name === 'signature-byte')
    return { ...job, evidence: await flipSignature(job.evidence, substitutes.evidence) };
  return {
    ...job,
    ...(name === 'other-artifact' ? { artifact: substitutes.artifact } : { identity: substitutes.identity }),
  };
}

async function flipSignature(evidence: string, output: string): Promise<string> {
  const document = JSON.parse(await readFile(evidence, 'utf8')) as Evidence;
  const [replace, value] = signatureHolder(document);
  const bytes = Buffer.from(value, 'base64');
  // The last byte belongs to the number s: the DER around it stays well-formed, so only the mathematics can refuse.
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  replace(bytes.toString('base64'));
  await writeFile(output, JSON.stringify(document));
  return output;
}

interface Evidence {
  messageSignature?: { signature: string };
  dsseEnvelope?: { signatures: { sig: string }[] };
  envelope?: { signature: string };
}

/** The signature of a bundle or of a PEP 740 attestation, and how to replace it. */
function signatureHolder(document: Evidence): [set: (value: string) => void, value: string] {
  const plain = document.messageSignature ?? document.envelope;
  if (plain !== undefined) return [(value) => void (plain.signature = value), plain.signature];
  const first = document.dsseEnvelope?.signatures[0];
  if (first === undefined) throw new Error('the evidence holds no signature to flip');
  return [(value) => void (first.sig = value), first.sig];
}
