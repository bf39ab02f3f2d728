// SPDX-License-Identifier: Apache-2.0

/** Cases that the index refuses and pypi-attestations accepts, and why that is right. */
export interface Stricter {
  readonly kind: string;
  readonly names: readonly string[];
  readonly reason: string;
}

const ONE_SIGNER =
  'a signer is one URI or one e-mail address; with two, or another kind of name, readers see different signers';
const DER = 'DER has one spelling of a value; what is read past it could be another claim to another reader';
const CERTIFICATE = 'RFC 5280 forbids it, and Fulcio does not issue it';
const BODY = 'the body is not what Rekor writes for this attestation, letter for letter';
const CHECKPOINT = 'not a checkpoint by C2SP tlog-checkpoint, whatever key signed the text';
const NOTE = 'not a note by C2SP signed-note that the log signed once, under its name';
const NUMBER = 'protobuf’s JSON form of a 64-bit number is plain decimal digits; Python’s int() takes more';
const BASE64 = 'base64 has one spelling; Python’s decoder passes over line breaks';
const INDEX =
  'a rule of the index about the whole set (PyPI has it too), not of the library about one attestation';
const PYTHON_FIELD = 'in-toto knows no such key: the library’s model also takes the names of its own fields';
const SUBJECT_NAME =
  'not the name of a distribution: the library’s parser forgives spaces and folds non-ASCII letters';
const NUMBERS = ['logIndex', 'integratedTime', 'proof logIndex', 'proof treeSize'];
const spelled = (spelling: string, of = NUMBERS): string[] => of.map((name) => `${name} ${spelling}`);

/** The whole difference. A row that does not happen fails the run, as does a case that is stricter and stands in no row. */
export const STRICTER: readonly Stricter[] = [
  {
    kind: 'leaf: key identifiers',
    names: ['another authority’s key'],
    reason:
      'the certificate names another key than its issuer’s (RFC 5280, 4.2.1.1); the library goes by name and signature',
  },
  { kind: 'leaf: key identifiers', names: ['subject key, critical'], reason: CERTIFICATE },
  { kind: 'leaf: serial number and issuer', names: ['zero', 'of 21 bytes'], reason: CERTIFICATE },
  { kind: 'leaf: subject names', names: ['two URIs', 'a host', 'none'], reason: ONE_SIGNER },
  { kind: 'publisher: Google', names: ['two addresses', 'the address as URI'], reason: ONE_SIGNER },
  {
    kind: 'leaf: key',
    names: ['P-384', 'P-521', 'secp256k1'],
    reason:
      'version 1 of attestations is ECDSA P-256 with SHA-256; the library takes the hash and forgets the curve',
  },
  {
    kind: 'claims: encoding',
    names: ['.13', '.14', '.18'].flatMap((claim) =>
      ['with a byte after it', 'with a long length', 'in pieces'].map((spelling) => `${claim} ${spelling}`),
    ),
    reason: DER,
  },
  { kind: 'statement: type', names: ['under the name of a field in Python'], reason: PYTHON_FIELD },
  { kind: 'statement: subject', names: ['under another key'], reason: PYTHON_FIELD },
  {
    kind: 'statement: JSON',
    names: ['a key twice, the last one good'],
    reason: 'readers differ in which of two equal keys counts',
  },
  { kind: 'statement: JSON numbers', names: ['NaN', 'Infinity'], reason: 'not JSON (RFC 8259, section 6)' },
  {
    kind: 'statement: JSON depth',
    names: ['150'],
    reason: 'a bound on depth; 64 levels are more than any predicate has',
  },
  { kind: 'statement: name', names: ['"demo- 1.0-py3-none-any.whl"'], reason: SUBJECT_NAME },
  { kind: 'statement: equal names', names: ['k-1.tar.gz and "\\u212a-1.tar.gz"'], reason: SUBJECT_NAME },
  { kind: 'log body: further keys', names: ['top', 'spec', 'signature', 'what was proposed'], reason: BODY },
  { kind: 'log body: envelope hash', names: ['no hash'], reason: BODY },
  { kind: 'log body: kind', names: ['version 0.0.2 inside only', 'no version inside'], reason: BODY },
  { kind: 'log body: JSON', names: ['a key twice'], reason: BODY },
  {
    kind: 'log entry: snake_case',
    names: ['logIndex'],
    reason: 'nobody writes it; with both spellings taken an entry could say two things',
  },
  { kind: 'log entry: log', names: ['with a newline'], reason: BASE64 },
  {
    kind: 'log entry: numbers',
    names: [
      ...spelled('after a space'),
      ...spelled('with a plus'),
      ...spelled('with a zero before it'),
      ...spelled('with an underscore', ['logIndex', 'integratedTime']),
      ...spelled('in other digits'),
    ],
    reason: NUMBER,
  },
  {
    kind: 'inclusion proof: off by one',
    names: ['size more'],
    reason: 'the proof is for another tree than the checkpoint signs',
  },
  {
    kind: 'checkpoint: text',
    names: ['of a smaller tree', 'of a larger tree'],
    reason: 'the checkpoint signs another tree than the proof is for',
  },
  {
    kind: 'checkpoint: text',
    names: [
      'a size with a plus',
      'a size with a zero before it',
      'a space before the origin',
      'a newline before it',
      'with CRLF',
      'letters after the root',
    ],
    reason: CHECKPOINT,
  },
  {
    kind: 'checkpoint: signatures',
    names: ['a bad one after the good one', 'under another name', 'a line of garbage before it', 'twice'],
    reason: NOTE,
  },
  { kind: 'attestation object: version', names: ['true'], reason: 'not the number 1; to Python it is' },
  {
    kind: 'attestation object: entries',
    names: ['an empty one behind it', 'the same one behind it'],
    reason: 'only the first entry is judged, and all of them would be served',
  },
  {
    kind: 'attestation object: base64',
    names: ['signature with a newline', 'certificate in lines'],
    reason: BASE64,
  },
  { kind: 'set', names: ['empty', 'publish twice', 'three'], reason: INDEX },
];
