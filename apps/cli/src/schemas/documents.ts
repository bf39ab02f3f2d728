// SPDX-License-Identifier: Apache-2.0
import {
  ANY_OBJECT,
  COUNT,
  described,
  document,
  FLAG,
  LOG_INDEX,
  list,
  named,
  nullable,
  record,
  SHA256,
  STATUS,
  TEXT,
  TIME,
  words,
  type DocumentSchema,
} from './json-schema.ts';
import { ERROR, FAILURE, PROGRESS, RETRY, SIGNED_FILE, SIGNER, TRUST, UPLOADED, VERDICT } from './parts.ts';

const VERIFYING: readonly DocumentSchema[] = [
  document('colophon.error/1', 'A run that came to nothing, of any command.', { error: ERROR }),
  document(
    'colophon.verify/1',
    'The verdicts of verify, verify pypi, verify identity and verify github.',
    {
      trust: described(nullable(TRUST), 'null where there was nothing to judge'),
      demanded: described(list(ANY_OBJECT), 'the identities and types that were demanded'),
      files: list(VERDICT),
    },
    {
      index: described(TEXT, 'the Simple root that was asked'),
      release: described(TEXT, 'NAME==VERSION, of verify release'),
    },
  ),
];

const SIGNING: readonly DocumentSchema[] = [
  document('colophon.sign/1', 'What sign made.', { files: list(SIGNED_FILE) }),
  document('colophon.attest/1', 'What attest made.', { files: list(SIGNED_FILE) }),
];

const CREDENTIAL = record(
  { kind: words('trusted-publishing', 'api-token', 'password') },
  { username: TEXT, source: TEXT },
);

const PUBLISHING: readonly DocumentSchema[] = [
  document(
    'colophon.release/1',
    'How far a release came.',
    {
      index: TEXT,
      dryRun: described(FLAG, 'nothing was signed or sent'),
      releases: list(
        record({
          project: TEXT,
          version: TEXT,
          status: STATUS,
          journal: TEXT,
          verify: described(list(TEXT), 'the command lines by which anyone can verify it'),
        }),
      ),
      files: list(PROGRESS),
    },
    { publisher: described(TEXT, 'whose attestations are sent along') },
  ),
  document('colophon.publish/1', 'How far an upload came.', {
    index: TEXT,
    uploadUrl: TEXT,
    dryRun: described(FLAG, 'nothing was sent'),
    credential: CREDENTIAL,
    attestations: record({ sent: FLAG }, { reason: TEXT }),
    files: list(UPLOADED),
  }),
  document('colophon.check/1', 'What the index would say of each file.', {
    files: list(
      record(
        {
          file: TEXT,
          status: STATUS,
          outcome: words('ok', 'refused'),
          judged: described(FLAG, 'false: part of it could not be judged here, as a finding says'),
          findings: list(
            record(
              { code: TEXT, severity: words('error', 'warning', 'unjudged'), message: TEXT },
              { hint: TEXT },
            ),
          ),
          retry: RETRY,
        },
        { sha256: SHA256 },
      ),
    ),
  }),
];

const FINDING = record({ code: TEXT, severity: words('error', 'warning'), message: TEXT });

const DOCTOR = document('colophon.doctor/1', 'Who a job is, and what its release would meet with.', {
  index: TEXT,
  uploadUrl: TEXT,
  job: nullable(record({ provider: nullable(TEXT), claims: named(TEXT) })),
  mintsBy: described(nullable(TEXT), 'what the index looks a publisher up by'),
  attestsBy: described(nullable(TEXT), 'what attestations are verified by'),
  certificate: nullable(record({ identity: TEXT, issuer: TEXT, extensions: named(TEXT) })),
  publishers: list(
    record({
      project: nullable(TEXT),
      known: FLAG,
      origin: nullable(TEXT),
      fields: list(
        record({
          field: TEXT,
          registered: nullable(TEXT),
          job: nullable(TEXT),
          verdict: words('same', 'case', 'differs', 'missing', 'any', 'unknown'),
        }),
      ),
      row: nullable(
        record({
          provider: words('GitHub', 'GitLab', 'Google'),
          fields: list(record({ label: TEXT, value: TEXT })),
          url: nullable(TEXT),
        }),
      ),
    }),
  ),
  hosts: list(record({ purpose: TEXT, origin: TEXT, reached: FLAG }, { failure: TEXT })),
  findings: list(FINDING),
});

const INSPECTION = record({
  evidence: TEXT,
  form: words('pep740', 'bundle'),
  signer: nullable(SIGNER),
  statement: nullable(
    record({ predicateType: TEXT, subjects: list(record({ name: TEXT, digest: ANY_OBJECT })) }),
  ),
  logged: list(record({ log: TEXT, known: FLAG, logIndex: LOG_INDEX, time: nullable(TIME) })),
  timestamps: COUNT,
  publisherClaim: nullable(TEXT),
  command: nullable(described(list(TEXT), 'the command line that would demand this identity')),
});

const EVIDENCE: readonly DocumentSchema[] = [
  document('colophon.inspect/1', 'What evidence says of itself; nothing of it is verified.', {
    judged: { const: false },
    targets: list(
      record(
        {
          target: TEXT,
          status: STATUS,
          attestations: list(INSPECTION),
          errors: list(record({ status: STATUS, ...FAILURE, retry: RETRY })),
        },
        { sha256: SHA256 },
      ),
    ),
  }),
  document('colophon.convert/1', 'What convert wrote; nothing of it is verified.', {
    judged: { const: false },
    to: words('bundle', 'pep740', 'provenance', 'jsonl'),
    outputs: list(
      record({
        path: nullable(TEXT),
        parts: list(record({ evidence: TEXT, predicateType: nullable(TEXT), dropped: list(TEXT) })),
      }),
    ),
  }),
];

const TRUSTING: readonly DocumentSchema[] = [
  document('colophon.trust/1', 'Whom a run with these options would trust.', {
    trust: TRUST,
    roots: list(ANY_OBJECT),
  }),
  document('colophon.trust-update/1', 'What the TUF repository says now.', { trust: TRUST }),
  document(
    'colophon.trust-export/1',
    'The trusted roots, or where they were written.',
    { trust: TRUST },
    { trustedRoots: list(ANY_OBJECT), output: TEXT },
  ),
  document('colophon.trust-add/1', 'The root that trust in a repository begins at.', {
    url: TEXT,
    root: record({ version: COUNT, expires: TIME, sha256: SHA256 }),
    replaced: FLAG,
  }),
];

const OTHER: readonly DocumentSchema[] = [
  document('colophon.completion/1', 'What a shell needs to complete command lines.', {
    shell: TEXT,
    script: TEXT,
  }),
  document('colophon.token/1', 'An identity token, which is a secret, and whose it is.', {
    token: described(TEXT, 'whoever holds it is its subject, until it expires'),
    identity: described(TEXT, 'what a certificate would name'),
    issuer: described(TEXT, 'the OIDC issuer that a certificate would name'),
    audience: TEXT,
    expires: TIME,
    renewable: described(FLAG, 'whether asking again gives another token'),
  }),
  document('colophon.sandbox/1', 'How the sandbox, or the command in it, ended.', {}),
];

/** Every document that `--json` prints. */
export const DOCUMENTS: readonly DocumentSchema[] = [
  ...VERIFYING,
  ...SIGNING,
  ...PUBLISHING,
  DOCTOR,
  ...EVIDENCE,
  ...TRUSTING,
  ...OTHER,
];
