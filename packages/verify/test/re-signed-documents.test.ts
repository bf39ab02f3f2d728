// SPDX-License-Identifier: Apache-2.0
import { encodeBase64, isAppError } from '@colophon/base';
import { parseBundle } from '@colophon/attestation';
import { parseTrustedRoot, type TrustedRoot } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import { verifyEvidence } from '../src/index.ts';
import type { Json } from './lab-entries.ts';
import { ARTIFACT, judgeMade, make, OCTO, type Recipe } from './lab.ts';

/** A change, the code that it is refused with, and words of the reason, which single out the rule. */
type Row = readonly [what: string, recipe: Recipe, code: string, says: string];
const [BUNDLE, ROOT] = ['ERR_BUNDLE', 'ERR_TRUSTED_ROOT'];

function materialOf(bundle: Json): Json {
  return bundle['verificationMaterial'] as Json;
}

const top = (key: string, value: unknown): Recipe => ({ bundle: (bundle) => void (bundle[key] = value) });
const inMaterial = (key: string, value: unknown): Recipe => ({
  bundle: (bundle) => void (materialOf(bundle)[key] = value),
});
const inEntry = (key: string, value: unknown): Recipe => ({
  entries: [{ log: 'v1', entry: (entry) => void (entry[key] = value) }],
});
const MEDIA = 'application/vnd.dev.sigstore.bundle';
const FORMS: readonly Row[] = [
  ['media type of tomorrow', top('mediaType', `${MEDIA}.v0.4+json`), BUNDLE, 'media type'],
  ['media type 0.9', top('mediaType', `${MEDIA}+json;version=0.9`), BUNDLE, 'media type'],
  ['media type with a space', top('mediaType', `${MEDIA}+json; version=0.3`), BUNDLE, 'media type'],
  ['media type in capitals', top('mediaType', `${MEDIA}.v0.3+JSON`), BUNDLE, 'media type'],
  ['media type that only begins right', top('mediaType', `${MEDIA}.v0.3+json;x`), BUNDLE, 'media type'],
  ['unknown field', top('more', 1), BUNDLE, '"more"'],
  ['unknown field of the material', inMaterial('more', 1), BUNDLE, '"more"'],
  ['unknown field of an entry', inEntry('more', 1), BUNDLE, '"more"'],
  ['field in snake case', inEntry('log_index', '7'), BUNDLE, '"log_index"'],
  ['second content', top('messageSignature', { signature: 'AAAA' }), BUNDLE, 'one content'],
  ['certificate and a key', inMaterial('publicKey', { hint: '' }), BUNDLE, 'one certificate or public key'],
  [
    'certificate and a chain',
    inMaterial('x509CertificateChain', { certificates: [{ rawBytes: 'AAAA' }] }),
    BUNDLE,
    'one certificate or public key',
  ],
  [
    'bare key where a certificate is demanded',
    inMaterial('certificate', null),
    BUNDLE,
    'one certificate or public key',
  ],
  ['index that is a number', inEntry('logIndex', 7), BUNDLE, 'logIndex'],
  ['index with a space', inEntry('logIndex', ' 7'), BUNDLE, 'decimal'],
  ['index with a sign', inEntry('logIndex', '+7'), BUNDLE, 'decimal'],
  ['negative index', inEntry('logIndex', '-1'), BUNDLE, 'decimal'],
  ['index with a zero before it', inEntry('logIndex', '07'), BUNDLE, 'decimal'],
  ['index in other digits', inEntry('logIndex', '٧'), BUNDLE, 'decimal'],
  ['index with a fraction', inEntry('logIndex', '7.0'), BUNDLE, 'decimal'],
  ['index with an exponent', inEntry('logIndex', '7e0'), BUNDLE, 'decimal'],
  ['index in hexadecimal', inEntry('logIndex', '0x7'), BUNDLE, 'decimal'],
  ['index beyond 64 bits', inEntry('logIndex', '99999999999999999999'), BUNDLE, 'decimal'],
  ['text in base64url', inEntry('canonicalizedBody', '__--'), BUNDLE, 'base64'],
  ['text in base64 without its padding', inEntry('canonicalizedBody', 'QQ'), BUNDLE, 'base64'],
  ['text in base64 with junk', inEntry('canonicalizedBody', 'QQ==!!'), BUNDLE, 'base64'],
  ['text in base64 with a line end', inEntry('canonicalizedBody', 'QQ==\n'), BUNDLE, 'base64'],
  ['text in base64 with bits left over', inEntry('canonicalizedBody', 'QR=='), BUNDLE, 'base64'],
];

const rootEdit = (change: (root: Json) => void): Recipe => ({ root: change });
const firstOf = (root: Json, place: string): Json => (root[place] as [Json])[0];
const inLog = (key: string, value: unknown) => rootEdit((root) => void (firstOf(root, 'tlogs')[key] = value));
const validFor = (place: string, value: unknown) =>
  rootEdit((root) => {
    const first = firstOf(root, place);
    ((first['publicKey'] as Json | undefined) ?? first)['validFor'] = value;
  });
const ROOTS: readonly Row[] = [
  [
    'another media type',
    rootEdit((root) => void (root['mediaType'] = 'application/json')),
    ROOT,
    'media type',
  ],
  [
    'a media type of tomorrow',
    rootEdit((root) => void (root['mediaType'] = 'application/vnd.dev.sigstore.trustedroot.v0.3+json')),
    ROOT,
    'media type',
  ],
  ['an unknown field', rootEdit((root) => void (root['more'] = 1)), ROOT, '"more"'],
  ...['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'].flatMap((place): Row[] => [
    [`${place} without a start`, validFor(place, {}), ROOT, 'start'],
    [`${place} with a start of null`, validFor(place, { start: null }), ROOT, 'start'],
    [`${place} without validity`, validFor(place, null), ROOT, 'validFor'],
    [
      `${place} with an end before the start`,
      validFor(place, { start: '2026-01-01T00:00:00Z', end: '2025-01-01T00:00:00Z' }),
      ROOT,
      'end',
    ],
    [
      `${place} from a day that is none`,
      validFor(place, { start: '2025-02-30T00:00:00Z' }),
      ROOT,
      'RFC 3339',
    ],
  ]),
  [
    'a log under another key’s id',
    inLog('logId', { keyId: encodeBase64(new Uint8Array(32)) }),
    ROOT,
    'logId',
  ],
  [
    'a log under another checkpoint key id',
    inLog('checkpointKeyId', { keyId: 'AAAAAA==' }),
    ROOT,
    'checkpointKeyId',
  ],
  ['a log with another hash', inLog('hashAlgorithm', 'SHA2_512'), ROOT, 'hashAlgorithm'],
  [
    'no authority',
    rootEdit((root) => void (root['certificateAuthorities'] = [])),
    'ERR_TRUST_MATERIAL',
    'no certificate authority',
  ],
  [
    'no certificate log',
    rootEdit((root) => void (root['ctlogs'] = [])),
    'ERR_TRUST_MATERIAL',
    'no certificate transparency log',
  ],
  [
    'no transparency log',
    rootEdit((root) => void (root['tlogs'] = [])),
    'ERR_TRUST_MATERIAL',
    'no transparency log',
  ],
  [
    'no timestamp authority',
    rootEdit((root) => void (root['timestampAuthorities'] = [])),
    'ERR_TRUST_MATERIAL',
    'no timestamp authority',
  ],
];

describe('the form of a document', () => {
  it.each(FORMS)('a bundle with a %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(ROOTS)('a trusted root with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });

  it('a trusted root may name checkpoint key ids of four bytes', () => {
    expect(judgeMade(make(inLogShort()))).toEqual({ code: 'accepted', message: '' });
  });
});

describe('several trusted roots', () => {
  const { bundle, root } = make();
  const changed = (change: (root: Json) => void) => {
    const document = JSON.parse(root) as Json;
    change(document);
    return parseTrustedRoot(JSON.stringify(document));
  };
  const later = { start: '2027-01-01T00:00:00Z' };
  const noLog = changed((one) => void ((firstOf(one, 'tlogs')['publicKey'] as Json)['validFor'] = later));
  const noAuthority = changed((one) => void (firstOf(one, 'certificateAuthorities')['validFor'] = later));
  const nothing = changed((one) => void (one['certificateAuthorities'] = []));
  const judge = (...roots: TrustedRoot[]) => {
    try {
      const evidence = { kind: 'bundle', name: 'lab', bundle: parseBundle(bundle) } as const;
      return roots.indexOf(verifyEvidence(evidence, ARTIFACT, roots, OCTO).trustedRoot);
    } catch (error) {
      return isAppError(error) ? error.code : String(error);
    }
  };

  it('are never merged: what one lacks the other does not lend, and the failure that came furthest is told', () => {
    expect(judge(noLog)).toBe('ERR_LOG_VALIDITY');
    expect(judge(noAuthority)).toBe('ERR_CERTIFICATE_VALIDITY');
    expect(judge(noLog, noAuthority)).toBe('ERR_LOG_VALIDITY');
    expect(judge(noAuthority, noLog)).toBe('ERR_LOG_VALIDITY');
  });

  it('are undecided only where none of them can judge', () => {
    expect(judge(nothing)).toBe('ERR_TRUST_MATERIAL');
    expect(judge(nothing, noAuthority)).toBe('ERR_CERTIFICATE_VALIDITY');
    expect(judge(noAuthority, nothing)).toBe('ERR_CERTIFICATE_VALIDITY');
  });

  it('are alternatives: the first that holds is named', () => {
    const [one, other] = [parseTrustedRoot(root), parseTrustedRoot(root)];
    expect(judge(noLog, nothing, one, other, noAuthority)).toBe(2);
  });
});

// What trustroot.proto says it should be; stock @sigstore/verify takes it for the id of the log, and then knows none.
function inLogShort(): Recipe {
  return rootEdit((root) => {
    for (const log of root['tlogs'] as Json[]) {
      const { keyId } = log['logId'] as { keyId: string };
      const short = Buffer.from(keyId, 'base64').subarray(0, 4);
      log['checkpointKeyId'] = { keyId: encodeBase64(short) };
    }
  });
}
