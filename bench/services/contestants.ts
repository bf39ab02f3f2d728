// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { parseAttestation, parseBundle } from '@colophon/attestation';
import { sha256 } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import { CHECK_POOL } from '../../apps/cli/src/thread-pool.ts';
import { type Artifact, type Evidence, judgeOnPool, type Policies, verifyEvidence } from '@colophon/verify';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { PythonDriver } from '../../e2e/interop/peers/python-driver.ts';
import type { Attested } from './attesting.ts';
import type { GoVerification, GoVerifier } from './go-verifier.ts';

/** Whoever verifies, from the paths of files to a verdict. Throws when one is refused. */
export interface Contestant {
  readonly name: string;
  /** With whom of ours it is compared: same form of evidence, same use of cores. */
  readonly against: 'colophon' | 'colophon, all cores' | 'colophon, PEP 740';
  /** Which third of the files it gets; all when not given. Ours share a memory of certificates, so none gets another's. */
  readonly third?: 0 | 1 | 2;
  readonly verify: (set: readonly Attested[]) => Promise<void>;
}

export interface Arena {
  readonly trustedRoot: TrustedRoot;
  readonly trustedRootFile: string;
  readonly policies: Policies;
  readonly san: string;
  readonly issuer: string;
  /** The publisher, as pypi-attestations reads it. */
  readonly publisher: object;
  readonly go: GoVerifier;
  readonly python: PythonDriver;
}

export function contestants(arena: Arena): Contestant[] {
  return [...ours(arena), ...goPeers(arena), ...pythonPeers(arena), stock(arena)];
}

const IN_FLIGHT = 32;

// Files are read as the peers read them, without a detour over the thread pool.
function artifactOf(path: string): Artifact {
  const bytes = new Uint8Array(readFileSync(path));
  return { filename: basename(path), sha256: sha256(bytes) };
}

function readBundle({ bundle }: Attested): Evidence {
  return { kind: 'bundle', name: bundle, bundle: parseBundle(readFileSync(bundle)) };
}

function ours({ trustedRoot, policies }: Arena): Contestant[] {
  const roots = [trustedRoot];
  return [
    {
      name: 'colophon',
      against: 'colophon',
      third: 0,
      verify: async (set) => {
        for (const one of set) verifyEvidence(readBundle(one), artifactOf(one.artifact), roots, policies);
      },
    },
    {
      name: 'colophon, all cores',
      against: 'colophon, all cores',
      third: 1,
      verify: async (set) => {
        const waiting = set.values();
        const work = async (): Promise<void> => {
          for (const one of waiting) {
            const [evidence, artifact] = [readBundle(one), artifactOf(one.artifact)];
            const question = { evidence: [evidence], artifact, trustedRoots: roots, policies };
            const { status } = await judgeOnPool(question, CHECK_POOL);
            if (status !== 'verified') throw new Error(`${one.bundle} is ${status}`);
          }
        };
        await Promise.all(Array.from({ length: IN_FLIGHT }, work));
      },
    },
    {
      name: 'colophon, PEP 740',
      against: 'colophon, PEP 740',
      third: 2,
      verify: async (set) => {
        for (const { artifact, attestation: path } of set) {
          const attestation = parseAttestation(readFileSync(path));
          const evidence = { kind: 'pep740', name: path, attestation } as const;
          verifyEvidence(evidence, artifactOf(artifact), roots, policies);
        }
      },
    },
  ];
}

function goPeers({ go, trustedRootFile, san, issuer }: Arena): Contestant[] {
  const verify =
    (peer: GoVerification['peer'], workers: number) =>
    (set: readonly Attested[]): Promise<void> => {
      const jobs = set.map(({ artifact, bundle: evidence }) => ({ artifact, evidence }));
      return go.verify({ peer, workers, trustedRoot: trustedRootFile, identity: san, issuer, jobs });
    };
  return (['sigstore-go', 'cosign'] as const).flatMap((peer): Contestant[] => [
    { name: peer, against: 'colophon', verify: verify(peer, 1) },
    {
      name: `${peer}, all cores`,
      against: 'colophon, all cores',
      verify: verify(peer, availableParallelism()),
    },
  ]);
}

function pythonPeers({ python, trustedRootFile, san, issuer, publisher }: Arena): Contestant[] {
  return [
    {
      name: 'sigstore-python',
      against: 'colophon',
      verify: async (set) => {
        const items = set.map(({ artifact, bundle: evidence }) => ({
          artifact,
          evidence,
          identity: san,
          issuer,
          trustedRoot: trustedRootFile,
        }));
        await python.call('verify-bundles', { items });
      },
    },
    {
      name: 'pypi-attestations',
      against: 'colophon, PEP 740',
      verify: async (set) => {
        const items = set.map(({ artifact, attestation: evidence }) => ({ artifact, evidence, publisher }));
        await python.call('verify-attestations', { items });
      },
    },
  ];
}

/** It looks at no artifact of a statement: what that would cost it is left out. */
function stock({ trustedRootFile, san, issuer }: Arena): Contestant {
  const trustedRoot: unknown = JSON.parse(readFileSync(trustedRootFile, 'utf8'));
  const verifier = new Verifier(toTrustMaterial(TrustedRootMessage.fromJSON(trustedRoot)));
  const policy = { subjectAlternativeName: san, extensions: { issuer } };
  return {
    name: '@sigstore/verify',
    against: 'colophon',
    verify: async (set) => {
      for (const { bundle } of set)
        verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(readFileSync(bundle, 'utf8')))), policy);
    },
  };
}
