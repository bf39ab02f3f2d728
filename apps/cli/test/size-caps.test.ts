// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseAttestation, parseBundle, parseProvenance, parseStatement } from '@colophon/attestation';
import { isAppError, parseJson } from '@colophon/base';
import { parseChecksums, parseDistFilename, parseVersion } from '@colophon/dist';
import { parseCertificate, parseTimestamp } from '@colophon/pki';
import { PUBLIC_GOOD, repositoryFileName } from '@colophon/tuf';
import { describe, expect, it } from 'vitest';
import { expandSnappy } from '../src/evidence/snappy.ts';
import { readStream } from '../src/files/input-file.ts';
import { tokenFromInput } from '../src/signing/token-input.ts';
import { readPassword } from '../src/publishing/password-input.ts';
import type { Host } from '../src/host.ts';
import { TrustWorld } from './support/trust-world.ts';

const MIB = 1024 * 1024;
const FILE = 'sample-1.0.tar.gz';
const WHO = ['--publisher', 'github:octo-org/sampler'];
const throwsCode = (code: string) => expect.objectContaining({ code });

async function* without(end: number): AsyncGenerator<Uint8Array> {
  for (let given = 0; given < end; given += MIB) yield new Uint8Array(MIB);
  throw new Error('it was read on');
}

function open(): TrustWorld {
  const world = new TrustWorld();
  writeFileSync(world.path(FILE), 'a distribution');
  writeFileSync(world.path('large'), '');
  truncateSync(world.path('large'), 64 * MIB + 1);
  return world;
}

/** Words that name the file, and what it is too large for. */
const FILES: readonly (readonly [string, number, string, readonly string[]])[] = [
  ['a bundle', 21, 'ERR_READ_FILE', ['verify', FILE, ...WHO, '--offline', '--bundle', 'large']],
  ['an attestation', 21, 'ERR_READ_FILE', ['verify', FILE, ...WHO, '--offline', '--attestation', 'large']],
  ['provenance', 21, 'ERR_READ_FILE', ['verify', FILE, ...WHO, '--offline', '--provenance', 'large']],
  ['a key', 21, 'ERR_READ_FILE', ['verify', FILE, '--offline', '--key', 'large']],
  ['a list of paths', 21, 'ERR_READ_FILE', ['verify', ...WHO, '--offline', '--files-from', 'large']],
  ['evidence to convert', 21, 'ERR_READ_FILE', ['convert', 'large', '--to', 'bundle']],
  ['a first root', 21, 'ERR_READ_FILE', ['trust', 'add', 'https://tuf.example', 'large']],
  ['a trusted root', 32, 'ERR_TRUSTED_ROOT', ['trust', 'show', '--trusted-root', 'large']],
  ['an instance', 32, 'ERR_TRUST_CONFIG', ['trust', 'show', '--trust-config', 'large']],
  ['TLS authorities', 21, 'ERR_READ_FILE', ['trust', 'update', '--ca-cert', 'large']],
];

describe('a file that is too large is not read', () => {
  it.each(FILES)('%s: %i %s', async (_what, status, code, argv) => {
    const run = await open().run(...argv);
    expect([run.status, run.stderr]).toEqual([status, expect.stringContaining(`[${code}]`)]);
    expect(run.stderr).toContain('64 MiB');
  });

  it.skipIf(process.platform === 'win32')('nor a device without an end', async () => {
    const run = await open().run('trust', 'show', '--trusted-root', '/dev/zero');
    expect([run.status, run.stderr]).toEqual([32, expect.stringContaining('64 MiB')]);
  });

  it('nor a cache, in whose place the embedded root serves', async () => {
    const world = open();
    const path = world.path(`caches/colophon/tuf/${repositoryFileName(PUBLIC_GOOD.url, '.json')}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    truncateSync(path, 64 * MIB + 1);
    const run = await world.run('trust', 'show', '--offline');
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('64 MiB')]);
  });

  it.skipIf(process.platform === 'win32')('nor a pipe in the place of a cache', async () => {
    const world = open();
    const path = world.path(`caches/colophon/tuf/${repositoryFileName(PUBLIC_GOOD.url, '.json')}`);
    mkdirSync(dirname(path), { recursive: true });
    execFileSync('mkfifo', [path]);
    const run = await world.run('trust', 'show', '--offline');
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('is not a file')]);
  });
});

describe('a stream without an end is not read to it', () => {
  it('a list or a document', async () => {
    await expect(readStream(without(80 * MIB), '-')).rejects.toThrowError(throwsCode('ERR_READ_FILE'));
  });

  it('a token', async () => {
    await expect(tokenFromInput({} as Host, without(2 * MIB))).rejects.toThrowError(throwsCode('ERR_USAGE'));
  });

  it('a password', async () => {
    await expect(readPassword(without(2 * MIB))).rejects.toThrowError(throwsCode('ERR_USAGE'));
  });
});

const hash = Buffer.alloc(32).toString('base64');
const entry = {
  logId: { keyId: hash },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  inclusionProof: { rootHash: hash, treeSize: '1', checkpoint: { envelope: 'note' } },
  canonicalizedBody: hash,
};
const many = (item: unknown, count: number) => Array.from({ length: count }, () => item);
const bundle = (material: object, version = '.v0.3+json') =>
  JSON.stringify({
    mediaType: `application/vnd.dev.sigstore.bundle${version}`,
    verificationMaterial: { certificate: { rawBytes: hash }, tlogEntries: [entry], ...material },
    messageSignature: { signature: hash },
  });
const statement = (subjects: number, digests: number) => {
  const digest = Object.fromEntries(Array.from({ length: digests }, (_one, index) => [`h${index}`, 'ab']));
  const subject = many({ name: 'a', digest }, subjects);
  return JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType: 'a:b' });
};
const stamps = (count: number) => ({
  timestampVerificationData: { rfc3161Timestamps: many({ signedTimestamp: hash }, count) },
});
const proof = (count: number) => ({
  tlogEntries: [{ ...entry, inclusionProof: { ...entry.inclusionProof, hashes: many(hash, count) } }],
});
const attestation = (count: number) => ({
  version: 1,
  verification_material: { certificate: hash, transparency_entries: many(entry, count) },
  envelope: { statement: hash, signature: hash },
});
const chain = (count: number) => ({
  certificate: null,
  x509CertificateChain: { certificates: many({ rawBytes: hash }, count) },
  tlogEntries: [],
});

/** What may be repeated in a document, the most there may be of it, and the code for one more. */
const COUNTS: readonly (readonly [string, number, (count: number) => unknown, string])[] = [
  [
    'entries of a bundle',
    32,
    (count) => parseBundle(bundle({ tlogEntries: many(entry, count) })),
    'ERR_BUNDLE',
  ],
  ['timestamps of a bundle', 32, (count) => parseBundle(bundle(stamps(count))), 'ERR_BUNDLE'],
  ['hashes of a proof', 64, (count) => parseBundle(bundle(proof(count))), 'ERR_BUNDLE'],
  [
    'certificates of a chain',
    16,
    (count) => parseBundle(bundle(chain(count), '+json;version=0.1')),
    'ERR_BUNDLE',
  ],
  [
    'entries of an attestation',
    32,
    (count) => parseAttestation(JSON.stringify(attestation(count))),
    'ERR_ATTESTATION',
  ],
  [
    'publishers of a provenance object',
    1024,
    (count) =>
      parseProvenance(
        JSON.stringify({
          version: 1,
          attestation_bundles: many({ publisher: { kind: 'x' }, attestations: [] }, count),
        }),
      ),
    'ERR_PROVENANCE',
  ],
  ['subjects of a statement', 1024, (count) => parseStatement(statement(count, 1)), 'ERR_STATEMENT'],
  ['digests of a subject', 32, (count) => parseStatement(statement(1, count)), 'ERR_STATEMENT'],
  ['levels of JSON', 64, (count) => parseJson('['.repeat(count) + ']'.repeat(count)), 'ERR_JSON'],
];

describe('a document has no more than it can honestly need', () => {
  it.each(COUNTS)('%s: %i', (_what, most, read, code) => {
    expect(() => read(most)).not.toThrowError();
    expect(() => read(most + 1)).toThrowError(throwsCode(code));
  });

  it.each<[string, () => unknown, string]>([
    ['a certificate', () => parseCertificate(new Uint8Array(65_537)), 'ERR_CERTIFICATE'],
    ['a timestamp', () => parseTimestamp(new Uint8Array(65_537)), 'ERR_TIMESTAMP'],
    [
      'what a block of snappy claims',
      () => expandSnappy(Uint8Array.of(0x80, 0x80, 0x40, 0), 1 << 16),
      'ERR_BUNDLE',
    ],
    ['the name of a dist', () => parseDistFilename(`a-${'1'.repeat(70_000)}.tar.gz`), 'ERR_DIST_FILENAME'],
    ['a version', () => parseVersion('1'.repeat(100_000)), 'ERR_DIST_VERSION'],
  ])('%s of any size is refused', (_what, read, code) => {
    expect(read).toThrowError(throwsCode(code));
  });

  it('a list of checksums is read in time, or refused', () => {
    const lines = `${'ab'.repeat(32)}  a.whl\n`.repeat(200_000);
    try {
      parseChecksums(lines);
    } catch (error) {
      expect(isAppError(error)).toBe(true);
    }
  });
});
