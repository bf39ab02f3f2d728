// SPDX-License-Identifier: Apache-2.0
import { type Attestation, encodeStatement, PUBLISH_PREDICATE_TYPE } from '@colophon/attestation';
import { encodeUtf8 } from '@colophon/base';

/** An attestation whose shape is right and whose signature is none. */
export function shapedAttestation(predicateType = PUBLISH_PREDICATE_TYPE): Attestation {
  const bytes = new Uint8Array(32).fill(7);
  return {
    certificate: bytes,
    transparencyEntries: [
      {
        logIndex: 5n,
        logId: bytes,
        kindVersion: { kind: 'dsse', version: '0.0.1' },
        inclusionProof: {
          logIndex: 1n,
          rootHash: bytes,
          treeSize: 2n,
          hashes: [bytes],
          checkpoint: 'log\n2\nBwc=\n\n— log Bwc=\n',
        },
        canonicalizedBody: encodeUtf8('{}'),
      },
    ],
    statement: encodeStatement({
      subjects: [{ name: 'demo-1.0.tar.gz', digest: { sha256: '07'.repeat(32) } }],
      predicateType,
      predicate: null,
    }),
    signature: bytes,
  };
}
