// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { haveVectors } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { ACCEPTED, documentOf, verifyDocument, type Accepted } from './accepted.ts';
import { mutationsOf } from './mutation.ts';

/** Every byte takes minutes; a fixed sample of them takes seconds. */
const EXHAUSTIVE = process.env['COLOPHON_EXHAUSTIVE'] === '1';
const STRIDE = EXHAUSTIVE ? 1 : 149;

const TIMESTAMPS = '$.verificationMaterial.timestampVerificationData';
const PROOF = '$.verificationMaterial.tlogEntries[].inclusionProof';

/** What may be changed without a change of what is proved, by name and with the reason. PEP 740 attestations have no such field. */
const FREE: readonly { at: string | RegExp; change: RegExp; in: RegExp; why: string }[] = [
  {
    at: TIMESTAMPS,
    change: /^(dropped|null|an object)$/,
    in: /models.*\.sigstore$|conda|intoto-with|managed-key-happy/,
    why: 'the signed entry timestamp still proves the time, or nothing need prove it',
  },
  {
    at: `${TIMESTAMPS}.rfc3161Timestamps`,
    change: /^(dropped|null|emptied)$/,
    in: /intoto-with|managed-key-happy/,
    why: 'as above',
  },
  {
    at: PROOF,
    change: /^(dropped|null)$/,
    in: /happy-path-v0\.1|tlog-validity-end/,
    why: 'a bundle of v0.1 stands by its signed entry timestamp',
  },
  {
    at: `${PROOF}.checkpoint`,
    change: /^(dropped|null)$/,
    in: /happy-path-v0\.1|tlog-validity-end/,
    why: 'a proof of v0.1 without a checkpoint is not counted',
  },
  {
    at: /inclusionProof\.(?:logIndex|hashes)$/,
    change: /^(dropped|null)$/,
    in: /intoto-with/,
    why: 'index 0 and no hashes, which protobuf leaves out',
  },
  {
    at: `${PROOF}.checkpoint.envelope`,
    change: /^character/,
    in: /rekor2/,
    why: 'signatures of witnesses that the trusted root does not know are passed over',
  },
  {
    at: '$.messageSignature.messageDigest',
    change: /^(dropped|null)$/,
    in: /happy-path|rekor2|managed-key|trust-root|with-sct/,
    why: 'the digest beside a message signature is a hint that no one needs (bundle.proto)',
  },
  {
    at: '$.dsseEnvelope.signatures[].keyid',
    change: /^(dropped|null)$/,
    in: /intoto-with/,
    why: 'it is empty there',
  },
  {
    at: /^\$\.verificationMaterial\.publicKey(?:\.hint)?$/,
    change: /./,
    in: /managed-key/,
    why: 'the policy of the test names a key and no hint; the key itself is what counts',
  },
  {
    at: /^\$\.attestation_bundles(?:\[\]\.attestations)?$/,
    change: /^doubled$/,
    in: /\.provenance$/,
    why: 'the same attestation twice proves what it proves once',
  },
  {
    at: /^\$\.attestation_bundles\[\]\.publisher(?:\..*)?$/,
    change: /./,
    in: /\.provenance$/,
    why: 'what an index says of the publisher is a claim, compared and never trusted',
  },
];

function outcomeOf(accepted: Accepted, document: string): string {
  try {
    verifyDocument(accepted, document);
    return 'accepted';
  } catch (error) {
    return isAppError(error) && error.code.startsWith('ERR_') ? 'refused' : `raw ${String(error)}`;
  }
}

function matches(wanted: string | RegExp, at: string): boolean {
  return typeof wanted === 'string' ? wanted === at : wanted.test(at);
}

function isFree(path: string, at: string, change: string): boolean {
  return FREE.some((field) => matches(field.at, at) && field.change.test(change) && field.in.test(path));
}

describe.runIf(haveVectors)('a changed document', () => {
  it.each(ACCEPTED)(
    '$path is refused, whatever is changed',
    (accepted) => {
      const document = documentOf(accepted);
      expect(outcomeOf(accepted, document)).toBe('accepted');
      const unexpected: string[] = [];
      let count = 0;
      for (const { at, change, text: changed } of mutationsOf(document, STRIDE)) {
        count += 1;
        const outcome = outcomeOf(accepted, changed);
        if (outcome === 'refused') continue;
        if (outcome !== 'accepted' || !isFree(accepted.path, at, change))
          unexpected.push(`${at}: ${change}: ${outcome}`);
      }
      expect(unexpected).toEqual([]);
      expect(count).toBeGreaterThan(100);
    },
    EXHAUSTIVE ? 1_200_000 : 60_000,
  );
});
