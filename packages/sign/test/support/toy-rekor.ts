// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { type LoopbackServer, type Reply, startServer } from './loopback-server.ts';

interface DsseProposal {
  readonly kind: 'dsse';
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly [string] };
  };
}

interface HashedRekordProposal {
  readonly kind: 'hashedrekord';
  readonly spec: object;
}

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly [{ readonly sig: string }];
}

interface RequestV2 {
  readonly hashedRekordRequestV002: {
    readonly digest: string;
    readonly signature: {
      readonly content: string;
      readonly verifier: { readonly x509Certificate: object; readonly keyDetails: string };
    };
  };
}

function hash(bytes: Uint8Array): { algorithm: string; value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}

function bodyOf(proposal: DsseProposal | HashedRekordProposal): object {
  if (proposal.kind === 'hashedrekord') return proposal;
  const { envelope, verifiers } = proposal.spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as Envelope;
  const spec = {
    envelopeHash: hash(Buffer.from(envelope)),
    payloadHash: hash(Buffer.from(payload, 'base64')),
    signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
  };
  return { apiVersion: '0.0.1', kind: 'dsse', spec };
}

/** The answer of a Rekor v1 log. Its proof proves nothing: nobody here looks at it. */
function answerV1(proposal: DsseProposal | HashedRekordProposal, logIndex: number): string {
  const body = Buffer.from(JSON.stringify(bodyOf(proposal)));
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

/** The answer of a Rekor v2 log. */
export function answerV2({ hashedRekordRequestV002: request }: RequestV2, logIndex: number): string {
  const { x509Certificate, keyDetails } = request.signature.verifier;
  const signature = { content: request.signature.content, verifier: { keyDetails, x509Certificate } };
  const spec = {
    hashedRekordV002: { data: { algorithm: 'SHA2_256', digest: request.digest }, signature },
  };
  const body = JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec });
  const zeros = Buffer.alloc(32).toString('base64');
  return JSON.stringify({
    logIndex: String(logIndex),
    logId: { keyId: zeros },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    inclusionProof: {
      logIndex: String(logIndex),
      rootHash: zeros,
      treeSize: String(logIndex + 1),
      hashes: [],
      checkpoint: { envelope: 'log.example\n1\nAAAA\n' },
    },
    canonicalizedBody: Buffer.from(body).toString('base64'),
  });
}

function payloadOf(proposal: DsseProposal | HashedRekordProposal): Buffer {
  if (proposal.kind === 'hashedrekord') return Buffer.alloc(0);
  const { payload } = JSON.parse(proposal.spec.proposedContent.envelope) as Envelope;
  return Buffer.from(payload, 'base64');
}

/** A log of both versions that takes every entry but envelopes whose payload holds `unwanted`. */
export async function startRekor(
  unwanted: string,
  v2?: (request: RequestV2) => Reply | undefined,
): Promise<LoopbackServer> {
  let size = 0;
  return await startServer(({ path, body }) => {
    if (path === '/api/v2/log/entries') {
      const request = JSON.parse(body) as RequestV2;
      return v2?.(request) ?? { status: 201, body: answerV2(request, size++) };
    }
    const proposal = JSON.parse(body) as DsseProposal | HashedRekordProposal;
    if (payloadOf(proposal).includes(unwanted)) return { status: 400, body: 'unwanted' };
    return { status: 201, body: answerV1(proposal, size++) };
  });
}
