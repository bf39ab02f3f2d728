// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  claim,
  CODE_SIGNING,
  der,
  DIGITAL_SIGNATURE,
  extension,
  keyUsage,
  oid,
  purposes,
  rawClaim,
  sequence,
  text,
  uriName,
} from './der.ts';
import {
  authority,
  authorityKey,
  ENCIPHERMENT,
  hash,
  ISSUER,
  LEAF,
  newKeys,
  SIGNED_AT,
  spki,
  stranger,
  TIMESTAMPING,
  timestamping,
  WORKFLOW,
  type CertificateRecipe,
  type ExtensionSet,
  type LeafRecipe,
} from './lab-certificates.ts';
import { judgeMade, make, VALID_FOR, type Recipe } from './lab.ts';

/** A change, the code that it is refused with, and words of the reason, which single out the rule. */
type Row = readonly [what: string, recipe: Recipe, code: string, says: string];

const SERVER = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';
const critical = extension('1.2.3.4', Uint8Array.of(5, 0), true);
const [CERTIFICATE, CLAIM, USAGE, CHAIN, VALIDITY, SCT, TIMESTAMP] = [
  'ERR_CERTIFICATE',
  'ERR_CERTIFICATE_CLAIM',
  'ERR_CERTIFICATE_USAGE',
  'ERR_CERTIFICATE_CHAIN',
  'ERR_CERTIFICATE_VALIDITY',
  'ERR_SCT',
  'ERR_TIMESTAMP',
];
const names = (...parts: Uint8Array[]) => extension('2.5.29.17', sequence(...parts), true);
const uri = (value: string) => der(0x86, text(value));
const dns = der(0x82, text('octo.example'));
const withExtensions = (extensions: ExtensionSet): CertificateRecipe => ({ extensions });
// The same element with a length in BER's long form.
const longForm = (tbs: Uint8Array): Uint8Array => {
  const header = tbs[1] ?? 0;
  const more = header - 0x80;
  return Uint8Array.from([0x30, header + 1, 0, ...tbs.subarray(2, 2 + more), ...tbs.subarray(2 + more)]);
};

/** What no certificate may be, whoever's it is. */
const FORM: readonly (readonly [what: string, recipe: CertificateRecipe, says: string])[] = [
  ['version 1', { version: 0 }, 'not of version 3'],
  ['version 4', { version: 3 }, 'not of version 3'],
  ['a negative serial number', { serial: [0x80] }, 'serial number is not positive'],
  ['serial number zero', { serial: [0] }, 'serial number is not positive'],
  ['a serial number of 21 octets', { serial: Array(21).fill(1) }, 'serial number is too long'],
  [
    'another algorithm inside',
    { innerAlgorithm: '1.2.840.10045.4.3.3' },
    'two different signature algorithms',
  ],
  ['an extension twice', withExtensions({ more: [critical, critical] }), 'stands twice'],
  ['a key usage twice', withExtensions({ more: [ENCIPHERMENT] }), 'stands twice'],
  ['BER for DER', { encoding: longForm }, 'shortest form'],
  [
    'a key that is none',
    { key: sequence(sequence(oid('1.2.3')), der(0x03, Uint8Array.of(0))) },
    'public key',
  ],
  ['a time that is none', { until: '300230000000Z' }, 'not a valid time'],
  ['an end before 2050 in the longer form', { until: '20300101000000Z' }, 'not a valid time'],
];

const leaf = (recipe: LeafRecipe): Recipe => ({ leaf: recipe });
const leafWith = (extensions: ExtensionSet): Recipe => leaf({ extensions });
const middleWith = (extensions: ExtensionSet): Recipe => ({ middle: { extensions } });
const rootWith = (extensions: ExtensionSet): Recipe => ({ caRoot: { extensions } });
const tsaWith = (extensions: ExtensionSet): Recipe => ({ tsa: { extensions } });

const LEAVES: readonly Row[] = [
  ...FORM.map(([what, recipe, says]): Row => [what, leaf(recipe), CERTIFICATE, says]),
  // OpenSSL knows this one too, and then it makes no trusted root.
  ['a padded serial number', leaf({ serial: [0, 7] }), CERTIFICATE, 'not a DER integer'],
  ['bytes after it', leaf({ tail: Uint8Array.of(0) }), CERTIFICATE, 'after the end'],
  ['no purpose', leafWith({ purposes: [] }), USAGE, 'not for code signing alone'],
  ['the purpose of a server', leafWith({ purposes: purposes(SERVER) }), USAGE, 'not for code signing alone'],
  ['the purpose of timestamps', leafWith({ purposes: timestamping() }), USAGE, 'not for code signing alone'],
  ['any purpose', leafWith({ purposes: purposes(ANY_PURPOSE) }), USAGE, 'not for code signing alone'],
  [
    'a second purpose',
    leafWith({ purposes: purposes('1.3.6.1.5.5.7.3.3', TIMESTAMPING) }),
    USAGE,
    'not for code signing alone',
  ],
  ['no key usage', leafWith({ usage: [] }), USAGE, 'not for digital signatures'],
  ['a key usage for encryption', leafWith({ usage: ENCIPHERMENT }), USAGE, 'not for digital signatures'],
  [
    'a key usage for certificates too',
    leafWith({ usage: keyUsage(0x84, 2) }),
    USAGE,
    'may sign certificates',
  ],
  ['the bit of an authority', leafWith({ ca: authority() }), USAGE, 'certificate authority'],
  ['an unknown critical extension', leafWith({ more: critical }), USAGE, '1.2.3.4'],
  [
    'name constraints that are critical',
    leafWith({ more: extension('2.5.29.30', sequence(), true) }),
    USAGE,
    '2.5.29.30',
  ],
  [
    'the poison of a precertificate',
    leafWith({ more: extension('1.3.6.1.4.1.11129.2.4.3', Uint8Array.of(5, 0), true) }),
    USAGE,
    '11129.2.4.3',
  ],
  ['no name', leafWith({ names: [] }), USAGE, 'exactly one name'],
  [
    'two names',
    leafWith({ names: names(uri(WORKFLOW), uri('https://other.example')) }),
    USAGE,
    'exactly one name',
  ],
  ['a name of a host', leafWith({ names: names(dns) }), USAGE, 'exactly one name'],
  [
    'the name of a host beside its own',
    leafWith({ names: names(uri(WORKFLOW), dns) }),
    USAGE,
    'exactly one name',
  ],
  [
    'another name of another type',
    leafWith({ names: names(der(0xa0, oid('1.2.3'), der(0xa0, der(0x0c, text('octo'))))) }),
    USAGE,
    'exactly one name',
  ],
  ['an empty list of names', leafWith({ names: names() }), CERTIFICATE, 'name is empty'],
  ['a name with a NUL', leafWith({ names: uriName(`${WORKFLOW}\0.evil`) }), CERTIFICATE, 'printable ASCII'],
  [
    'the names twice',
    leafWith({ names: [uriName(WORKFLOW), uriName(WORKFLOW)] }),
    CERTIFICATE,
    'stands twice',
  ],
  [
    'the issuer twice',
    leafWith({ issuer: [claim(8, ISSUER), claim(8, ISSUER)] }),
    CERTIFICATE,
    'stands twice',
  ],
  [
    'two issuers that differ',
    leafWith({ old: rawClaim(1, 'https://other.example') }),
    CLAIM,
    'two different issuers',
  ],
  ['an issuer that is no text', leafWith({ issuer: rawClaim(8, ISSUER) }), CLAIM, '57264.1.8'],
  ['no issuer', leafWith({ issuer: [] }), 'ERR_IDENTITY', 'no issuer'],
  ['another issuer', leafWith({ issuer: claim(8, `${ISSUER}/`) }), 'ERR_IDENTITY', 'issuer is'],
  [
    'an old issuer alone that is another',
    leafWith({ issuer: rawClaim(1, 'https://x') }),
    'ERR_IDENTITY',
    'issuer is',
  ],
  [
    'another repository',
    leafWith({ repository: claim(12, 'https://github.com/octo/sampler') }),
    'ERR_IDENTITY',
    'repository is',
  ],
  [
    'a claim in BER',
    leafWith({ more: extension('1.3.6.1.4.1.57264.1.11', Uint8Array.of(0x0c, 0x81, 1, 0x61)) }),
    CLAIM,
    '57264.1.11',
  ],
  [
    'another key of its issuer',
    leafWith({ authorityKey: authorityKey(Uint8Array.of(1)) }),
    CHAIN,
    'another key of its issuer',
  ],
  ['a signature by a stranger', leaf({ signedBy: stranger }), CHAIN, 'no certificate authority'],
  ['another issuer’s name', leaf({ issuer: 'lab-root' }), CHAIN, 'no certificate authority'],
  ['a start after the signature', leaf({ from: '260101000101Z' }), VALIDITY, 'not valid'],
  ['an end before the signature', leaf({ until: '260101000059Z' }), VALIDITY, 'not valid'],
];

const INTERMEDIATES: readonly Row[] = [
  ...FORM.map(([what, recipe, says]): Row => [what, { middle: recipe }, CHAIN, says]),
  ['no bit of an authority', middleWith({ authority: [] }), CHAIN, 'not an authority'],
  ['no key usage', middleWith({ usage: [] }), CHAIN, 'may not sign certificates'],
  [
    'a key usage for signatures',
    middleWith({ usage: DIGITAL_SIGNATURE }),
    CHAIN,
    'may not sign certificates',
  ],
  ['the purpose of timestamps', middleWith({ purposes: timestamping(false) }), CHAIN, 'for this purpose'],
  ['any purpose', middleWith({ purposes: purposes(ANY_PURPOSE) }), CHAIN, 'for this purpose'],
  ['an unknown critical extension', middleWith({ more: critical }), CHAIN, '1.2.3.4'],
  ['name constraints', middleWith({ more: extension('2.5.29.30', sequence()) }), CHAIN, 'constrains names'],
  [
    'critical name constraints',
    middleWith({ more: extension('2.5.29.30', sequence(), true) }),
    CHAIN,
    '2.5.29.30',
  ],
  ['a signature by a stranger', { middle: { signedBy: stranger } }, CHAIN, 'not signed by the next one'],
  ['another key', { middle: { key: spki(newKeys().publicKey) } }, CHAIN, 'no certificate authority'],
  ['an end before the signature', { middle: { until: '260101000059Z' } }, VALIDITY, 'not valid'],
  ['a start after the signature', { middle: { from: '260101000101Z' } }, VALIDITY, 'not valid'],
  [
    'an identifier of another key',
    middleWith({ subjectKey: extension('2.5.29.14', der(0x04, Uint8Array.of(1))) }),
    CHAIN,
    'another key of its issuer',
  ],
];

const ANCHORS: readonly Row[] = [
  ...FORM.map(([what, recipe, says]): Row => [what, { caRoot: recipe }, CHAIN, says]),
  ['a signature by a stranger', { caRoot: { signedBy: stranger } }, CHAIN, 'not signed by the next one'],
  ['a path length of zero', rootWith({ authority: authority(0) }), CHAIN, 'longer than'],
  ['no bit of an authority', rootWith({ authority: [] }), CHAIN, 'not an authority'],
  ['a key usage for signatures', rootWith({ usage: DIGITAL_SIGNATURE }), CHAIN, 'may not sign certificates'],
  ['another purpose', rootWith({ purposes: timestamping(false) }), CHAIN, 'for this purpose'],
  ['an unknown critical extension', rootWith({ more: critical }), CHAIN, '1.2.3.4'],
  ['name constraints', rootWith({ more: extension('2.5.29.30', sequence()) }), CHAIN, 'constrains names'],
  ['an end before the signature', { caRoot: { until: '260101000059Z' } }, VALIDITY, 'not valid'],
];

const window = (place: string, validFor: object): Recipe => ({
  root: (root) => {
    const [first] = root[place] as { validFor: object; publicKey?: { validFor: object } }[];
    const holder = first?.publicKey ?? first;
    if (holder !== undefined) holder.validFor = validFor;
  },
});
const BEFORE = { start: '2026-01-01T00:01:00.001Z' };
const AFTER = { ...VALID_FOR, end: '2026-01-01T00:00:58.999Z' };

const SCTS: readonly Row[] = [
  ['none', leaf({ timestamps: [] }), SCT, 'no signed certificate timestamp'],
  [
    'one by another key under the log’s id',
    leaf({ timestamps: [{ key: stranger, logId: hash(spki(newKeys().publicKey)) }] }),
    SCT,
    'no certificate transparency log',
  ],
  ['one over another certificate', leaf({ timestamps: [{ spoiled: true }] }), SCT, 'is wrong'],
  ['a wrong one beside a good one', leaf({ timestamps: [{}, { spoiled: true }] }), SCT, 'is wrong'],
  ['one twice', leaf({ timestamps: 2 }), SCT, 'stands twice'],
  [
    'one of an unknown log',
    leaf({ timestamps: [{ key: stranger }] }),
    SCT,
    'no certificate transparency log',
  ],
  ['version 2', leaf({ timestamps: [{ version: 1 }] }), SCT, 'malformed'],
  ['another hash', leaf({ timestamps: [{ hash: 2 }] }), SCT, 'malformed'],
  ['bytes after it', leaf({ timestamps: [{ tail: [0] }] }), SCT, 'malformed'],
  [
    'a time after the certificate',
    leaf({ timestamps: [{ at: SIGNED_AT + 541 }] }),
    SCT,
    'later than the certificate',
  ],
  ['a time before the log', window('ctlogs', BEFORE), SCT, 'not in use'],
  [
    'a time after the log',
    window('ctlogs', { ...VALID_FOR, end: '2026-01-01T00:00:58.999Z' }),
    SCT,
    'not in use',
  ],
];

const TIMESTAMPERS: readonly Row[] = [
  ...FORM.map(([what, recipe, says]): Row => [what, { tsa: recipe }, TIMESTAMP, says]),
  ['no purpose', tsaWith({ purposes: [] }), TIMESTAMP, 'timestamps alone'],
  ['the purpose of code', tsaWith({ purposes: CODE_SIGNING }), TIMESTAMP, 'timestamps alone'],
  ['a second purpose', tsaWith({ purposes: timestamping(true, SERVER) }), TIMESTAMP, 'timestamps alone'],
  ['a purpose that is not critical', tsaWith({ purposes: timestamping(false) }), TIMESTAMP, 'not critical'],
  ['the bit of an authority', tsaWith({ ca: authority() }), TIMESTAMP, 'is a certificate authority'],
  ['a key usage for encryption', tsaWith({ usage: ENCIPHERMENT }), TIMESTAMP, 'not for digital signatures'],
  ['a key usage for certificates', tsaWith({ usage: keyUsage(0x84, 2) }), TIMESTAMP, 'may sign certificates'],
  ['an unknown critical extension', tsaWith({ more: critical }), TIMESTAMP, '1.2.3.4'],
  ['an end before the timestamp', { tsa: { until: '260101000059Z' } }, TIMESTAMP, 'not valid'],
  ['a start after the timestamp', { tsa: { from: '260101000101Z' } }, TIMESTAMP, 'not valid'],
  ['a signature by a stranger', { tsa: { signedBy: stranger } }, TIMESTAMP, 'not signed by the next one'],
  [
    'a root that may not issue',
    { tsaRoot: { extensions: { usage: DIGITAL_SIGNATURE } } },
    TIMESTAMP,
    'may not sign',
  ],
  [
    'a root that is no authority',
    { tsaRoot: { extensions: { authority: [] } } },
    TIMESTAMP,
    'not an authority',
  ],
  ['a root for code', { tsaRoot: { extensions: { purposes: CODE_SIGNING } } }, TIMESTAMP, 'for this purpose'],
  [
    'a root that constrains names',
    { tsaRoot: { extensions: { more: extension('2.5.29.30', sequence()) } } },
    TIMESTAMP,
    'constrains names',
  ],
  ['a root that had ended', { tsaRoot: { until: '260101000059Z' } }, TIMESTAMP, 'not valid'],
];

const WINDOWS: readonly Row[] = [
  [
    'certificate authority that begins later',
    window('certificateAuthorities', BEFORE),
    VALIDITY,
    'does not vouch',
  ],
  [
    'certificate authority that ended earlier',
    window('certificateAuthorities', AFTER),
    VALIDITY,
    'does not vouch',
  ],
  [
    'timestamp authority that begins later',
    window('timestampAuthorities', BEFORE),
    TIMESTAMP,
    'does not vouch',
  ],
  [
    'timestamp authority that ended earlier',
    window('timestampAuthorities', AFTER),
    TIMESTAMP,
    'does not vouch',
  ],
  ['log that begins later', window('tlogs', BEFORE), 'ERR_LOG_VALIDITY', 'does not vouch'],
  ['log that ended earlier', window('tlogs', AFTER), 'ERR_LOG_VALIDITY', 'does not vouch'],
];

describe('what an authority certified, signed again', () => {
  it('is accepted as it should be', () => {
    expect(judgeMade(make())).toEqual({ code: 'accepted', message: '' });
  });
  it.each(LEAVES)('a leaf with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(INTERMEDIATES)('an intermediate with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(ANCHORS)('an anchor with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(SCTS)('a certificate timestamp: %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(TIMESTAMPERS)('a timestamp authority with %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });
  it.each(WINDOWS)('a %s', (_what, recipe, code, says) => {
    expect(judgeMade(make(recipe))).toEqual({ code, message: expect.stringContaining(says) });
  });

  const EXACTLY = { start: '2026-01-01T00:01:00Z', end: '2026-01-01T00:01:00Z' };
  it.each<[string, Recipe]>([
    ['a leaf that is valid at that moment alone', leaf({ from: '260101000100Z', until: '260101000100Z' })],
    ['an authority whose window is that moment', window('certificateAuthorities', EXACTLY)],
    ['a timestamp authority whose window is that moment', window('timestampAuthorities', EXACTLY)],
    ['a log whose window is that moment', window('tlogs', EXACTLY)],
    [
      'a certificate log whose window is its moment',
      window('ctlogs', { start: '2026-01-01T00:00:59Z', end: '2026-01-01T00:00:59Z' }),
    ],
    ['an old issuer that agrees', leafWith({ old: rawClaim(1, ISSUER) })],
    ['an old issuer alone', leafWith({ issuer: rawClaim(1, ISSUER) })],
    ['an unknown extension', leafWith({ more: extension('1.2.3', Uint8Array.of(1)) })],
    ['no identifiers of keys', leafWith({ authorityKey: [] })],
    [
      'an extended certificate timestamp',
      leaf({ timestamps: [{ extensions: Uint8Array.of(0, 0, 5, 0, 0, 0, 0, 9) }] }),
    ],
    ['a certificate timestamp of an unknown log beside it', leaf({ timestamps: [{ key: stranger }, {}] })],
    ['an intermediate without a purpose', middleWith({ purposes: [] })],
    ['a path length that is enough', rootWith({ authority: authority(1) })],
    ['a timestamp authority without a key usage', tsaWith({ usage: [] })],
  ])('%s is accepted', (_what, recipe) => {
    expect(judgeMade(make(recipe))).toEqual({ code: 'accepted', message: '' });
  });

  it('needs each of its extensions but those that say who issued it, and the commit', () => {
    const lacking = Object.keys(LEAF).filter(
      (one) => judgeMade(make(leafWith({ [one]: [] }))).code === 'accepted',
    );
    expect(lacking).toEqual(['authorityKey', 'commit']);
  });
});

const old = (...others: Uint8Array[]): Recipe => ({ version: '0.1', entries: [{ log: 'v1' }], others });
const made = make(old());
const chainOf = (root: string): Uint8Array[] =>
  (
    JSON.parse(root) as {
      certificateAuthorities: { certChain: { certificates: { rawBytes: string }[] } }[];
    }
  ).certificateAuthorities.flatMap(({ certChain }) =>
    certChain.certificates.map(({ rawBytes }) => new Uint8Array(Buffer.from(rawBytes, 'base64'))),
  );

describe('what an old bundle brings behind its leaf', () => {
  const bring = (...others: Uint8Array[]) => {
    const { bundle } = make(old(...others));
    return judgeMade({ bundle, root: made.root });
  };
  const [middle = new Uint8Array(), anchor = new Uint8Array()] = chainOf(made.root);

  it('may repeat its authority', () => {
    expect(bring().code).toBe('accepted');
    expect(bring(middle).code).toBe('accepted');
  });

  it.each([
    ['a root', () => bring(middle, anchor), CHAIN, 'root certificate'],
    [
      'an intermediate of nobody',
      () => bring(chainOf(make(middleWith({ more: extension('1.2.3', der(5)) })).root)[0] ?? middle),
      CHAIN,
      'not of its authority',
    ],
    ['a second leaf', () => bring(leafOf(made.bundle)), CHAIN, 'no authority'],
    ['junk', () => bring(Uint8Array.of(0x30, 0)), CERTIFICATE, 'three parts'],
  ] as const)('must not be %s', (_what, judge, code, says) => {
    expect(judge()).toEqual({ code, message: expect.stringContaining(says) });
  });
});

function leafOf(bundle: string): Uint8Array {
  const { verificationMaterial } = JSON.parse(bundle) as {
    verificationMaterial: { x509CertificateChain: { certificates: { rawBytes: string }[] } };
  };
  const [first] = verificationMaterial.x509CertificateChain.certificates;
  return new Uint8Array(Buffer.from(first?.rawBytes ?? '', 'base64'));
}
