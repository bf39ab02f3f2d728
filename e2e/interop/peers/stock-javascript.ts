// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { bundleFromJSON, bundleToJSON, ValidationError } from '@sigstore/bundle';
import { SigningConfig, TrustedRoot } from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig, InternalError } from '@sigstore/sign';
import { PolicyError, toSignedEntity, toTrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import type { Stack } from '../stack/stack.ts';
import { logVersion, type Peer, Refusal, type SigningJob, type VerifyingJob } from '../table/peer.ts';
import { bundlePeer } from './bundle-peer.ts';
import type { PythonDriver } from './python-driver.ts';

const IN_TOTO = 'application/vnd.in-toto+json';

/** Stock @sigstore/sign 5.1.0 and @sigstore/verify 4.1.3, in this process. */
export function stockJavascript({ files }: Stack, python: PythonDriver): Peer {
  return bundlePeer(
    {
      name: '@sigstore',
      signMessage: async (job) => sign(job, 'messageSignature', await configFor(job, files)),
      signStatement: async (job) => sign(job, 'dsseEnvelope', await configFor(job, files)),
      verify: (job) => verify(job, files.trustedRoot),
      blindToStatements: {
        'other-artifact': 'stock @sigstore/verify never looks at the artifact of a statement',
      },
    },
    python,
  );
}

async function configFor(job: SigningJob, files: Stack['files']): Promise<SigningConfig> {
  const path = logVersion(job.form) === 1 ? files.signingConfigV1 : files.signingConfigV2;
  return SigningConfig.fromJSON(JSON.parse(await readFile(path, 'utf8')));
}

async function sign(
  job: SigningJob,
  bundleType: 'messageSignature' | 'dsseEnvelope',
  signingConfig: SigningConfig,
): Promise<void> {
  const identityProvider = { getToken: () => Promise.resolve(job.token) };
  const builder = bundleBuilderFromSigningConfig({ signingConfig, identityProvider, bundleType });
  const data = await readFile(bundleType === 'messageSignature' ? job.artifact : job.statement);
  const bundle = await builder.create({ data, type: IN_TOTO }).catch(refuse);
  await writeFile(job.output, JSON.stringify(bundleToJSON(bundle)));
}

async function verify(job: VerifyingJob, trustedRoot: string): Promise<void> {
  const root = TrustedRoot.fromJSON(JSON.parse(await readFile(trustedRoot, 'utf8')));
  const evidence: unknown = JSON.parse(await readFile(job.evidence, 'utf8'));
  const artifact = await readFile(job.artifact);
  try {
    const entity = toSignedEntity(bundleFromJSON(evidence), artifact);
    new Verifier(toTrustMaterial(root)).verify(entity, {
      subjectAlternativeName: exactly(job.identity.san),
      extensions: { issuer: job.identity.issuer },
    });
  } catch (error) {
    refuse(error);
  }
}

/** The errors that the libraries throw on purpose are refusals; any other is a fault of theirs or of this rig. */
function refuse(error: unknown): never {
  const kinds = [InternalError, ValidationError, PolicyError, VerificationError];
  if (!kinds.some((kind) => error instanceof kind)) throw error;
  const { message, cause } = error as Error;
  throw new Refusal(cause instanceof Error ? `${message}: ${cause.message}` : message, { cause: error });
}

/** The policy is read as a regular expression, and is not anchored. */
function exactly(text: string): string {
  return `^${text.replaceAll(/[^\w]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}$`;
}
