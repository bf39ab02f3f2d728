// SPDX-License-Identifier: Apache-2.0
import { isAppError, sha256 } from '@colophon/base';
import { parseAttestation, parseBundle } from '@colophon/attestation';
import type { TrustedRoot } from '@colophon/trust';
import { describe, expect, it } from 'vitest';
import { verifyEvidence, type Artifact, type Evidence, type Policies } from '../src/index.ts';
import { mutationsOf } from './mutation.ts';
import {
  distAt,
  haveVectors,
  hasVector,
  productionRoot,
  readVector,
  rootAt,
  stagingRoot,
} from './vectors.ts';

/** Every byte takes minutes; a fixed sample of them takes seconds. */
const EXHAUSTIVE = process.env['COLOPHON_EXHAUSTIVE'] === '1';
const STRIDE = EXHAUSTIVE ? 1 : 149;

interface Subject {
  readonly path: string;
  readonly kind: Evidence['kind'];
  readonly artifact: () => Artifact;
  readonly root: () => TrustedRoot;
  readonly policies: Policies;
}

const text = (path: string) => Buffer.from(readVector(path)).toString();
const pep740 = (file: string, dist: string, root: () => TrustedRoot, policies: Policies): Subject => ({
  path: `pep740/${file}`,
  kind: file.endsWith('.sigstore') ? 'bundle' : 'pep740',
  artifact: () => distAt(dist),
  root,
  policies,
});
const BEACON: Policies = {
  anyOf: [{ kind: 'GitHub', repository: 'sigstore-conformance/extremely-dangerous-public-oidc-beacon' }],
};
const conformance = (name: string): Subject => ({
  path: `conformance/bundle-verify/${name}/bundle.sigstore.json`,
  kind: 'bundle',
  artifact: () => {
    const own = `conformance/bundle-verify/${name}/artifact`;
    const bytes = readVector(hasVector(own) ? own : 'conformance/a.txt');
    return { sha256: sha256(bytes), bytes };
  },
  root: () => {
    const own = `conformance/bundle-verify/${name}/trusted_root.json`;
    return hasVector(own) ? rootAt(own) : productionRoot();
  },
  policies: BEACON,
});

const PERSON: Policies = {
  anyOf: [{ kind: 'identity', identity: 'william@yossarian.net', issuer: 'https://github.com/login/oauth' }],
};
const ofTrail = (repository: string): Policies => ({
  anyOf: [{ kind: 'GitHub', repository: `trailofbits/${repository}` }],
});
const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const MODELS = 'pypi_attestation_models-0.0.4a2.tar.gz';
const WHEEL = 'rfc8785-0.1.2-py3-none-any.whl';

const subjects: Subject[] = [
  pep740(`${SDIST}.publish.attestation`, SDIST, productionRoot, ofTrail('pypi-attestations')),
  pep740(`${SDIST}.slsa.attestation`, SDIST, productionRoot, ofTrail('pypi-attestations')),
  pep740(`${MODELS}.sigstore`, MODELS, productionRoot, ofTrail('pypi-attestation-models')),
  pep740(`${WHEEL}.publish.attestation`, WHEEL, stagingRoot, PERSON),
  pep740(`${WHEEL}.sigstore`, WHEEL, stagingRoot, PERSON),
  ...[
    'happy-path-v0.1',
    'happy-path-v0.2',
    'happy-path-intoto-in-dsse-v3',
    'rekor2-dsse-happy-path',
    'rekor2-checkpoint-cosigned',
  ].map(conformance),
];

function verifyText({ kind, path, artifact, root, policies }: Subject, document: string): void {
  const evidence: Evidence =
    kind === 'bundle'
      ? { kind, name: path, bundle: parseBundle(document) }
      : { kind, name: path, attestation: parseAttestation(document) };
  verifyEvidence(evidence, artifact(), [root()], policies);
}

/**
 * What may be changed without a change of what is proved, with the reason. PEP 740 attestations have no such field.
 */
const FREE: readonly { at: string; change: RegExp; in: RegExp; why: string }[] = [
  {
    at: '$.verificationMaterial.timestampVerificationData',
    change: /^(dropped|null|an object)$/,
    in: /models.*\.sigstore$/,
    why: 'the signed entry timestamp still proves the time',
  },
  {
    at: '$.verificationMaterial.tlogEntries[].inclusionProof',
    change: /^(dropped|null)$/,
    in: /happy-path-v0\.1/,
    why: 'a bundle of v0.1 stands by its signed entry timestamp',
  },
  {
    at: '$.verificationMaterial.tlogEntries[].inclusionProof.checkpoint',
    change: /^(dropped|null)$/,
    in: /happy-path-v0\.1/,
    why: 'a proof of v0.1 without a checkpoint is not counted',
  },
  {
    at: '$.verificationMaterial.tlogEntries[].inclusionProof.checkpoint.envelope',
    change: /^character/,
    in: /rekor2/,
    why: 'signatures of witnesses that the trusted root does not know are passed over',
  },
  {
    at: '$.messageSignature.messageDigest',
    change: /^(dropped|null)$/,
    in: /happy-path-v0|rekor2/,
    why: 'the digest beside a message signature is a hint that no one needs (bundle.proto)',
  },
];

function outcomeOf(subject: Subject, document: string): string {
  try {
    verifyText(subject, document);
    return 'accepted';
  } catch (error) {
    return isAppError(error) && error.code.startsWith('ERR_') ? 'refused' : `raw ${String(error)}`;
  }
}

function isFree(path: string, at: string, change: string): boolean {
  return FREE.some((field) => field.at === at && field.change.test(change) && field.in.test(path));
}

describe.runIf(haveVectors)('a changed document', () => {
  it.each(subjects)(
    '$path is refused, whatever is changed',
    (subject) => {
      const document = text(subject.path);
      expect(outcomeOf(subject, document)).toBe('accepted');
      const unexpected: string[] = [];
      let count = 0;
      for (const { at, change, text: changed } of mutationsOf(document, STRIDE)) {
        count += 1;
        const outcome = outcomeOf(subject, changed);
        if (outcome === 'refused') continue;
        if (outcome !== 'accepted' || !isFree(subject.path, at, change))
          unexpected.push(`${at}: ${change}: ${outcome}`);
      }
      expect(unexpected).toEqual([]);
      expect(count).toBeGreaterThan(100);
    },
    EXHAUSTIVE ? 1_200_000 : 60_000,
  );
});
