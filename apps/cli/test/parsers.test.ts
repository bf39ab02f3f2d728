// SPDX-License-Identifier: Apache-2.0
import {
  encodePublishStatement,
  parseAttestation,
  parseBundle,
  parsePredicate,
  parseProvenance,
  parseStatement,
  parseTransparencyLogEntry,
} from '@colophon/attestation';
import {
  decodeBase64,
  decodeBase64Url,
  decodeHex,
  decodeUtf8,
  encodeUtf8,
  isAppError,
  parseJson,
  readDecimal,
  readTimestamp,
  type JsonValue,
} from '@colophon/base';
import { parseChecksums, parseCoreMetadata, parseDistFilename, parseVersion } from '@colophon/dist';
import { parseHttpUrl } from '@colophon/http';
import { parseIdToken } from '@colophon/oidc';
import { decodePem, encodePem, importPublicKey, parseCertificate, parseTimestamp } from '@colophon/pki';
import {
  parseConfigFile,
  parsePypirc,
  readProjectPage,
  resolveIndex,
  resolveSimpleUrl,
} from '@colophon/pypi';
import {
  parseClientTrustConfig,
  parseSigningConfig,
  parseTrustedRoot,
  parseTrustedRoots,
} from '@colophon/trust';
import { describeRoot, embeddedTrust, repositoryUrl } from '@colophon/tuf';
import { describeSigner } from '@colophon/verify';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvidence } from '../src/evidence/evidence.ts';
import { expandSnappy } from '../src/evidence/snappy.ts';
import { parsePublisher, parseRepository } from '../src/identity/publisher-text.ts';
import { parseIndexSpec } from '../src/publishing/index-spec.ts';
import { parseJournal } from '../src/release/journal.ts';
import { parseDigest } from '../src/verdict/subjects.ts';

/** A parser, and something that it takes, so that what is nearly right is tried too. */
type Parser = readonly [name: string, parse: (bytes: Uint8Array) => unknown, sample: Uint8Array | string];

const root = embeddedTrust().trustedRoot;
const parsedRoot = parseTrustedRoot(root);
const [authority] = parsedRoot.certificateAuthorities;
const certificate = authority?.chain[0] ?? new Uint8Array();
const [log] = parsedRoot.transparencyLogs;
const spki = new Uint8Array(log?.publicKey.export({ type: 'spki', format: 'der' }) ?? []);
const text = (parse: (text: string) => unknown) => (bytes: Uint8Array) =>
  parse(Buffer.from(bytes).toString('utf8'));
const hash = Buffer.alloc(32).toString('base64');
const entry = {
  logIndex: '1',
  logId: { keyId: hash },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  inclusionProof: { logIndex: '0', rootHash: hash, treeSize: '1', checkpoint: { envelope: 'note' } },
  canonicalizedBody: hash,
};
const BUNDLE = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: { certificate: { rawBytes: hash }, tlogEntries: [entry] },
  messageSignature: { signature: hash },
});
const ATTESTATION = {
  version: 1,
  verification_material: { certificate: hash, transparency_entries: [entry] },
  envelope: { statement: hash, signature: hash },
};
const PROVENANCE = JSON.stringify({
  version: 1,
  attestation_bundles: [
    { publisher: { kind: 'GitHub', repository: 'o/r', workflow: 'w' }, attestations: [ATTESTATION] },
  ],
});
const SIGNING = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [{ url: 'https://ca.example', majorApiVersion: 1, validFor: { start: '2024-01-01T00:00:00Z' } }],
};
const CONFIG = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
  trustedRoot: JSON.parse(Buffer.from(root).toString()) as unknown,
  signingConfig: SIGNING,
});
const PAGE = JSON.stringify({
  meta: { 'api-version': '1.3' },
  name: 'sample',
  versions: ['1.0'],
  files: [{ filename: 'sample-1.0.tar.gz', url: '../x', hashes: { sha256: 'ab'.repeat(32) }, yanked: false }],
});
const token = ['{"alg":"RS256"}', '{"iss":"https://i","sub":"s","aud":"sigstore","exp":9999999999}', 'x']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');
const STATEMENT = encodePublishStatement({ filename: 'sample-1.0.tar.gz', sha256Hex: 'ab'.repeat(32) });

/** Every parser of text or bytes that strangers write. Those that no package hands out are tried in its own tests. */
const PARSERS: readonly Parser[] = [
  ['parseJson', parseJson, '{"a":[1,"\\u00e9",null,{"b":1e3}]}'],
  ['decodeUtf8', decodeUtf8, 'ü\ud83d\ude00'],
  ['decodeBase64', text(decodeBase64), hash],
  ['decodeBase64Url', text(decodeBase64Url), 'YWJj'],
  ['decodeHex', text(decodeHex), 'ab01'],
  ['readDecimal', text((value) => readDecimal(value, '$')), '42'],
  ['readTimestamp', text((value) => readTimestamp(value, '$')), '2024-01-01T00:00:00Z'],
  ['parseBundle', parseBundle, BUNDLE],
  ['parseAttestation', parseAttestation, JSON.stringify(ATTESTATION)],
  ['parseProvenance', parseProvenance, PROVENANCE],
  ['parseStatement', parseStatement, STATEMENT],
  ['parsePredicate', (bytes) => parsePredicate(bytes, 'https://slsa.dev/provenance/v1'), '{}'],
  [
    'parseTransparencyLogEntry',
    (bytes) => parseTransparencyLogEntry(parseJson(bytes)),
    JSON.stringify(entry),
  ],
  ['parseEvidence, of lines', (bytes) => parseEvidence(bytes, 'x', 'jsonl'), `${BUNDLE}\n${BUNDLE}\n`],
  ['expandSnappy', (bytes) => expandSnappy(bytes, 1 << 16), Uint8Array.of(3, 8, 97, 98, 99)],
  ['parseCertificate', parseCertificate, certificate],
  ['describeSigner', describeSigner, certificate],
  ['importPublicKey', (bytes) => importPublicKey(bytes), spki],
  ['importPublicKey, of PKCS #1', (bytes) => importPublicKey(bytes, 'pkcs1'), spki.subarray(26)],
  ['parseTimestamp', parseTimestamp, certificate],
  ['decodePem', text((value) => decodePem(value, 'CERTIFICATE')), encodePem(certificate, 'CERTIFICATE')],
  ['parseTrustedRoot', parseTrustedRoot, root],
  [
    'parseTrustedRoots, of lines',
    (bytes) => parseTrustedRoots(bytes, { jsonl: true }),
    JSON.stringify(JSON.parse(Buffer.from(root).toString())),
  ],
  ['parseSigningConfig', parseSigningConfig, JSON.stringify(SIGNING)],
  ['parseClientTrustConfig', parseClientTrustConfig, CONFIG],
  [
    'describeRoot',
    describeRoot,
    '{"signed":{"_type":"root","version":1,"expires":"2049-01-01T00:00:00Z"},"signatures":[]}',
  ],
  ['repositoryUrl', text(repositoryUrl), 'https://tuf.example'],
  ['parseIdToken', text((value) => parseIdToken(value, { audience: 'sigstore', now: new Date(0) })), token],
  ['parseHttpUrl', text(parseHttpUrl), 'https://a.example/b?c'],
  ['resolveIndex', text((value) => resolveIndex(value)), 'https://i.example/legacy/'],
  ['resolveSimpleUrl', text(resolveSimpleUrl), 'https://i.example/simple/'],
  [
    'readProjectPage',
    (bytes) => readProjectPage(parseJson(bytes), new URL('https://i.example/simple/sample/')),
    PAGE,
  ],
  [
    'parsePypirc',
    text(parsePypirc),
    '[distutils]\nindex-servers =\n  a\n[a]\nrepository: https://a.example\n',
  ],
  ['parseConfigFile', text(parseConfigFile), '[a]\nb = c\n'],
  ['parseDistFilename, of a wheel', text(parseDistFilename), 'sample_a-1.0.post1-2-py2.py3-none-any.whl'],
  ['parseDistFilename, of an sdist', text(parseDistFilename), 'sample-1.0.tar.gz'],
  ['parseVersion', text(parseVersion), '1!2.0rc1.post2.dev3+local.7'],
  [
    'parseCoreMetadata',
    parseCoreMetadata,
    'Metadata-Version: 2.4\nName: a\nVersion: 1\nRequires-Dist: b[c] >=1; python_version<"3"\n\nbody',
  ],
  ['parseChecksums', parseChecksums, `${'ab'.repeat(32)}  a.whl\n`],
  ['parsePublisher', text(parsePublisher), 'gitlab:n/s/p//ci.yml'],
  ['parseRepository', text(parseRepository), 'https://github.com/o/r'],
  ['parseIndexSpec', text(parseIndexSpec), 'https://f.example/a/sample-1.0.tar.gz#sha256=ab'],
  ['parseDigest', text(parseDigest), `sha256:${'ab'.repeat(32)}`],
  [
    'parseJournal',
    (bytes) => parseJournal(bytes, 'x'),
    '{"schema":"colophon.journal/1","index":"https://i","project":"a","version":"1","files":{}}',
  ],
];

const PIECES = [
  '{',
  '}',
  '"',
  '[',
  ']',
  ',',
  ':',
  '\\u0000',
  '\n',
  '\r\n',
  '\0',
  '\ufeff',
  '-',
  '.',
  '/',
  '\ud800',
  '%',
  'e9999',
  '__proto__',
];
const bytesOf = (sample: Uint8Array | string) => (typeof sample === 'string' ? encodeUtf8(sample) : sample);

// What is cut off, spliced, repeated or changed by a byte, and what was never right.
function hostile(sample: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(sample.length);
  const piece = fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom(...PIECES).map(encodeUtf8));
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.json().map(encodeUtf8),
    fc.string({ unit: 'binary' }).map((value) => new Uint8Array(Buffer.from(value, 'utf8'))),
    fc
      .tuple(at, fc.nat(16), piece)
      .map(([start, gone, put]) =>
        Uint8Array.from([...sample.subarray(0, start), ...put, ...sample.subarray(start + gone)]),
      ),
    at.map((end) => sample.slice(0, end)),
    fc.tuple(at, fc.nat(7)).map(([index, bit]) => {
      const changed = sample.slice();
      changed[index] = (changed[index] ?? 0) ^ (1 << bit);
      return changed;
    }),
  );
}

/** What else than a typed error a parser threw. */
function foreignError(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): unknown {
  try {
    parse(bytes);
    return undefined;
  } catch (error) {
    return isAppError(error) && error.code.startsWith('ERR_') ? undefined : error;
  }
}

describe('whatever the bytes, nothing but a typed error comes out of', () => {
  it.each(PARSERS)('%s', (_name, parse, sample) => {
    const good = bytesOf(sample);
    expect(foreignError(parse, good)).toBeUndefined();
    fc.assert(
      fc.property(hostile(good), (bytes) => {
        expect(foreignError(parse, bytes)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever the JSON, nothing but a typed error comes out of', () => {
  // Each field of the sample in turn is something else.
  const documents = PARSERS.flatMap(([name, parse, sample]) => {
    try {
      const value = parseJson(bytesOf(sample));
      return value === null || typeof value !== 'object' ? [] : [[name, parse, value] as const];
    } catch {
      return [];
    }
  });
  it.each(documents)('%s', (_name, parse, value) => {
    const places = [...placesOf(value)];
    const changed = fc.tuple(fc.nat(places.length - 1), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(changed, ([index, put]) => {
        const document = JSON.stringify(withValue(value, places[index] ?? [], put as JsonValue));
        expect(foreignError(parse, encodeUtf8(document))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

function* placesOf(value: JsonValue, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) yield* placesOf(item, [...path, key]);
}

function withValue(value: JsonValue, [key, ...rest]: readonly string[], put: JsonValue): JsonValue {
  if (key === undefined || value === null || typeof value !== 'object') return put;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? withValue(item, rest, put) : item));
  return { ...value, [key]: withValue(value[key] ?? null, rest, put) };
}
