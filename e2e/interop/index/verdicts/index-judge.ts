// SPDX-License-Identifier: Apache-2.0
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
// @boundaries-ignore the index is asked below its HTTP interface: only there it can be given trusted roots that are not its sandbox's
import { judgeUploadedAttestations } from '../../../../packages/sandbox/src/warehouse/attestation-rules.ts';
import type { PublisherJson, VerdictCase } from './case.ts';
import type { Verdict } from './verdict.ts';

/** Gives the index's verdict on an upload's attestations under a trusted root. Throws what is no verdict: a fault of the index. */
export type IndexJudge = (one: VerdictCase) => Promise<Verdict>;

type Setting = Parameters<typeof judgeUploadedAttestations>[1];
type BundleVerifier = Awaited<ReturnType<Setting['bundleVerifier']>>;
type PublisherIdentity = Extract<Setting['identity'], { kind: 'publisher' }>['publisher'];

/** The sandbox index's own judgement, over stock sigstore and these trusted roots (JSON, by name). */
export function indexJudge(roots: Readonly<Record<string, unknown>>): IndexJudge {
  const verifiers = new Map(Object.entries(roots).map(([name, root]) => [name, verifierOver(root)]));
  return async ({ field, publisher, file, root }) => {
    const verifier = verifiers.get(root);
    if (verifier === undefined) throw new TypeError(`no trusted root is called ${root}`);
    const identity = {
      kind: 'publisher',
      publisher: identityOf(publisher),
      projects: new Set<string>(),
      expires: new Date(8.64e15),
    } as const;
    try {
      await judgeUploadedAttestations(field, {
        identity,
        file,
        bundleVerifier: () => Promise.resolve(verifier),
      });
      return { accepted: true, words: '' };
    } catch (error) {
      if (isRefusal(error)) return { accepted: false, words: error.message };
      throw error;
    }
  };
}

/** What the index answers with 400; anything else that is thrown it would answer with 500. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'status' in error && error.status === 400;
}

function verifierOver(root: unknown): BundleVerifier {
  const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(root)));
  return { verify: (bundle) => verifier.verify(toSignedEntity(bundleFromJSON(bundle))) };
}

function identityOf(publisher: PublisherJson): PublisherIdentity {
  if (publisher.kind !== 'GitLab') return publisher;
  const { workflow_filepath: workflowFilepath, ...rest } = publisher;
  return { ...rest, workflowFilepath };
}
