// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { encodeHex, sha256 } from '@colophon/base';
import { digestsFor, type Artifact, type Evidence } from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import type { EvidenceFile } from '../evidence/evidence.ts';
import type { InputFile } from '../files/paths.ts';
import { settleDemand } from '../identity/identity-pattern.ts';
import type { Demands } from '../identity/policy-flags.ts';

/** What a signature over a file is checked with, beside its SHA-256. */
export type SignedContent = Pick<Artifact, 'bytes' | 'sha384' | 'sha512'>;

/** Smaller files are taken into memory: that is the faster way. */
const WHOLE_BYTES = 8 * 1024 * 1024;

/**
 * What the evidence needs to know of a file beyond its SHA-256: mostly nothing. For a signature over a small file its
 * bytes; else its other digests, in flat memory however large it is, or its bytes where only they will do.
 * @throws CliError ERR_READ_FILE, also when the file changed meanwhile
 */
export async function signedContent(
  file: InputFile,
  sha256Hex: string,
  { evidence, demands, signal }: { evidence: readonly EvidenceFile[]; demands: Demands; signal: AbortSignal },
): Promise<SignedContent> {
  const pieces = evidence.flatMap((one) => ('evidence' in one ? one.evidence : []));
  const message = pieces.some(isMessage);
  const others = needOtherDigests(pieces, demands);
  if (!message && !others) return {};
  try {
    const { size } = await stat(file.path);
    const whole = message && (size <= WHOLE_BYTES || pieces.some(needsBytes) || demandsEd25519(demands));
    if (!whole && !others) return {};
    const { content, found } = whole ? await readBytes(file.path) : await readDigests(file.path, signal);
    if (found === sha256Hex) return content;
  } catch (cause) {
    signal.throwIfAborted();
    throw new CliError('ERR_READ_FILE', `${file.shown} cannot be read once more`, { cause });
  }
  throw new CliError('ERR_READ_FILE', `${file.shown} changed while it was read`);
}

/** What evidence may need of a stream, which cannot be read once more: all digests, or its bytes where an Ed25519 key is demanded. */
export async function streamContent(
  stream: AsyncIterable<Uint8Array>,
  demands: Demands,
): Promise<{ sha256: Uint8Array; content: SignedContent }> {
  if (demandsEd25519(demands)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const bytes = new Uint8Array(Buffer.concat(chunks));
    return { sha256: sha256(bytes), content: { bytes } };
  }
  const { sha256: found, ...content } = await digestStream(stream);
  return { sha256: found, content };
}

async function digestStream(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ sha256: Uint8Array; sha384: Uint8Array; sha512: Uint8Array }> {
  const hashes = ['sha256', 'sha384', 'sha512'].map((name) => createHash(name));
  for await (const chunk of stream) for (const hash of hashes) hash.update(chunk);
  const [first, second, third] = hashes.map((hash) => new Uint8Array(hash.digest()));
  return { sha256: first as Uint8Array, sha384: second as Uint8Array, sha512: third as Uint8Array };
}

async function readBytes(path: string): Promise<{ content: SignedContent; found: string }> {
  const bytes = await readFile(path);
  return { content: { bytes }, found: encodeHex(sha256(bytes)) };
}

async function readDigests(
  path: string,
  signal: AbortSignal,
): Promise<{ content: SignedContent; found: string }> {
  const { sha256: found, ...content } = await digestStream(createReadStream(path, { signal }));
  return { content, found: encodeHex(found) };
}

function isMessage(evidence: Evidence): boolean {
  return evidence.kind === 'bundle' && evidence.bundle.content.kind === 'message';
}

function needOtherDigests(pieces: readonly Evidence[], demands: Demands): boolean {
  return demands.some((demand) => {
    const { policies } = settleDemand(demand, pieces);
    return pieces.some((piece) => digestsFor(piece, policies).size > 1);
  });
}

// Digests by SHA-3 are not kept at hand.
function needsBytes(evidence: Evidence): boolean {
  if (evidence.kind !== 'bundle' || evidence.bundle.content.kind !== 'message') return false;
  return evidence.bundle.content.digest?.algorithm.startsWith('SHA3') === true;
}

// An Ed25519 signature is over the content itself, never over a digest.
function demandsEd25519(demands: Demands): boolean {
  return demands.some(({ anyOf }) =>
    anyOf.some((policy) => policy.kind === 'key' && policy.publicKey.asymmetricKeyType === 'ed25519'),
  );
}
