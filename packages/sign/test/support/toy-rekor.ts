// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { type LoopbackServer, startServer } from './loopback-server.ts';

interface Proposal {
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly [string] };
  };
}

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly [{ readonly sig: string }];
}

function hash(bytes: Uint8Array): { algorithm: string; value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}

/** The answer of a Rekor v1 log to a DSSE proposal. Its proof proves nothing: nobody here looks at it. */
function answerTo(proposal: Proposal, logIndex: number): string {
  const { envelope, verifiers } = proposal.spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as Envelope;
  const spec = {
    envelopeHash: hash(Buffer.from(envelope)),
    payloadHash: hash(Buffer.from(payload, 'base64')),
    signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
  };
  const body = Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec }));
  const zeros = '00'.repeat(32);
  const place = { logIndex, rootHash: zeros, treeSize: logIndex + 1, hashes: [] };
  const inclusionProof = { checkpoint: 'log.example - 1\n1\nAAAA\n', ...place };
  const verification = { inclusionProof, signedEntryTimestamp: 'c2V0' };
  const fields = {
    body: body.toString('base64'),
    integratedTime: 1_790_000_000,
    logID: zeros,
    logIndex,
    verification,
  };
  return JSON.stringify({ [hash(Buffer.concat([Buffer.of(0), body])).value]: fields });
}

/** A log that takes every entry but those whose payload holds `unwanted`. */
export async function startRekor(unwanted: string): Promise<LoopbackServer> {
  let size = 0;
  return await startServer(({ body }) => {
    const proposal = JSON.parse(body) as Proposal;
    const { payload } = JSON.parse(proposal.spec.proposedContent.envelope) as Envelope;
    if (Buffer.from(payload, 'base64').includes(unwanted)) return { status: 400, body: 'unwanted' };
    size += 1;
    return { status: 201, body: answerTo(proposal, size - 1) };
  });
}
