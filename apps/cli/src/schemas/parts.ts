// SPDX-License-Identifier: Apache-2.0
import {
  ANY_OBJECT,
  COUNT,
  described,
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
  type JsonSchema,
} from './json-schema.ts';

export const CODE: JsonSchema = { type: 'string', pattern: '^ERR_[A-Z0-9_]+$' };
export const RETRY = described(FLAG, 'whether the same may succeed when it is tried again');
const MESSAGE = described(TEXT, 'for people; may change');
const CAUSES = described(list(TEXT), 'what led to it, the nearest first');

/** What one failure says of itself, beside the status of its file. */
export const FAILURE = { code: CODE, message: MESSAGE, causes: CAUSES } as const;

/** Beside a failure, where an index refused in words that are known. */
export const REASON = {
  reason: described(TEXT, 'which refusal of the index it was, or which finding of check'),
} as const;

export const ERROR = record({ ...FAILURE, retry: RETRY }, REASON);

export const TRUST = record(
  {
    source: described(TEXT, 'for people'),
    kind: described(TEXT, 'where the roots came from: file, tuf, embedded …'),
    location: nullable(TEXT),
    asOf: nullable(described(TIME, 'since when they are known to be current')),
    ageDays: nullable(COUNT),
  },
  { validUntil: TIME, expired: FLAG, versions: described(named(COUNT), 'of the TUF metadata') },
);

export const SIGNER = record(
  {
    text: described(TEXT, 'for people'),
    identity: nullable(described(TEXT, 'the subject alternative name; null for a key')),
    issuer: nullable(described(TEXT, 'the OIDC issuer')),
    claims: described(named(TEXT), 'Fulcio’s extensions by their names in kebab case'),
    certificate: described(
      nullable(record({ notBefore: TIME, notAfter: TIME, serialNumber: TEXT, sha256: SHA256 })),
      'null for a key',
    ),
  },
  { key: described(record({ sha256: SHA256 }), 'of --key: the digest of its SubjectPublicKeyInfo') },
);

const BAD_EVIDENCE = record({
  evidence: TEXT,
  code: nullable(CODE),
  message: nullable(MESSAGE),
  causes: CAUSES,
  details: described(ANY_OBJECT, 'what was expected and found, by code'),
});

const ACCEPTED = record(
  {
    evidence: described(TEXT, 'where it was found'),
    form: words('pep740', 'bundle'),
    predicateType: nullable(TEXT),
    subject: nullable(TEXT),
    signer: nullable(SIGNER),
    times: list(record({ source: TEXT, time: TIME })),
    logged: list(record({ log: TEXT, logIndex: LOG_INDEX })),
    root: described(COUNT, 'under which of the trusted roots it holds, from 0'),
    policy: described({ type: ['integer', 'object'] }, 'which of the demanded identities it met'),
  },
  { publisherClaim: described(TEXT, 'how the index’s word about the publisher compares') },
);

/** The verdict on one file. */
export const VERDICT = record(
  {
    file: TEXT,
    outcome: words('verified', 'failed', 'unsigned', 'undecided', 'error'),
    status: STATUS,
    retry: RETRY,
    accepted: described(list(ACCEPTED), 'evidence that holds and meets a demanded identity'),
    failures: described(list(BAD_EVIDENCE), 'evidence that is wrong'),
    notCounted: described(list(BAD_EVIDENCE), 'evidence of others, or of types that were not demanded'),
    notes: list(TEXT),
  },
  { sha256: SHA256, saved: described(TEXT, 'where the file was put'), ...FAILURE, ...REASON },
);

/** One file that was signed. */
export const SIGNED_FILE = record(
  { file: TEXT, status: STATUS, outcome: words('signed', 'attested', 'failed'), retry: RETRY },
  {
    predicateType: described(TEXT, 'of attest: what the statement says, by its URI'),
    sha256: SHA256,
    logIndex: LOG_INDEX,
    outputs: list(TEXT),
    ...FAILURE,
    ...REASON,
  },
);

/** Evidence beside a file that was not sent along. */
const LEFT_BEHIND = record({ name: TEXT, why: TEXT });

/** How far one file came on its way to the index. */
export const PROGRESS = record(
  {
    file: TEXT,
    status: STATUS,
    outcome: words('done', 'planned', 'failed', 'not-reached'),
    stage: words('checked', 'attested', 'uploaded', 'verified'),
    sha256: SHA256,
    wasThere: described(FLAG, 'the index had it, byte for byte, before this run'),
    reusedEvidence: FLAG,
    retry: RETRY,
  },
  { project: TEXT, version: TEXT, logIndex: LOG_INDEX, ...FAILURE, ...REASON },
);

/** The same, of an upload alone. */
export const UPLOADED: JsonSchema = {
  ...PROGRESS,
  required: [...(PROGRESS['required'] as string[]), 'attestations', 'notSent'],
  properties: {
    ...(PROGRESS['properties'] as JsonSchema),
    attestations: described(list(TEXT), 'the predicate types of what goes along'),
    notSent: described(list(LEFT_BEHIND), 'evidence beside the file that does not'),
    blake2b256: described(SHA256, 'with --print-hash'),
  },
};
