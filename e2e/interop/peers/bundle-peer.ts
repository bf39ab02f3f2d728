// SPDX-License-Identifier: Apache-2.0
import type { MutationName, Peer, SigningJob, VerifyingJob } from '../table/peer.ts';
import type { PythonDriver } from './python-driver.ts';

/** What a peer can do that knows Sigstore bundles and nothing of PEP 740. The log's version is in the job's form. */
export interface BundleAbilities {
  readonly name: string;
  signMessage(job: SigningJob): Promise<unknown>;
  signStatement(job: SigningJob): Promise<unknown>;
  verify(job: VerifyingJob): Promise<unknown>;
  /** Mutations of a DSSE bundle that the peer accepts, and why. */
  readonly blindToStatements?: Readonly<Partial<Record<MutationName, string>>>;
}

const NOTE = 'PEP 740 by way of a bundle, converted by pypi-attestations';

/** Makes a row and a column of it; for PEP 740 the bundles are converted by pypi-attestations. */
export function bundlePeer(abilities: BundleAbilities, python: PythonDriver): Peer {
  const { name, blindToStatements: blind = {} } = abilities;
  const signMessage = (job: SigningJob): Promise<unknown> => abilities.signMessage(job);
  const signStatement = (job: SigningJob): Promise<unknown> => abilities.signStatement(job);
  const verify = (job: VerifyingJob): Promise<unknown> => abilities.verify(job);
  return {
    name,
    sign: {
      'message-v1': signMessage,
      'message-v2': signMessage,
      'dsse-v1': signStatement,
      'dsse-v2': signStatement,
      pep740: async (job) => {
        const bundle = `${job.output}.bundle`;
        await signStatement({ ...job, form: 'dsse-v1', output: bundle });
        await python.call('attestation-from-bundle', { input: bundle, output: job.output });
      },
    },
    verify: {
      'message-v1': verify,
      'message-v2': verify,
      'dsse-v1': verify,
      'dsse-v2': verify,
      pep740: async (job) => {
        const bundle = `${job.evidence}.for-${name.replace('/', '-')}`;
        await python.call('bundle-from-attestation', { input: job.evidence, output: bundle });
        await verify({ ...job, form: 'dsse-v1', evidence: bundle });
      },
    },
    blind: { 'dsse-v1': blind, 'dsse-v2': blind, pep740: blind },
    notes: { pep740: NOTE },
  };
}
