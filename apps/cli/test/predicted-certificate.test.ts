// SPDX-License-Identifier: Apache-2.0
import { parseBundle } from '@colophon/attestation';
import { parseIdToken } from '@colophon/oidc';
import { FULCIO_CLAIM_NAMES } from '@colophon/pki';
import { describeSigner } from '@colophon/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predictCertificate } from '../src/doctor/predicted-certificate.ts';
import { openSigningStage, type SigningStage } from './support/signing-stage.ts';

let stage: SigningStage;

beforeAll(async () => {
  stage = await openSigningStage();
});
afterAll(() => stage.close());

type Request = NonNullable<Parameters<SigningStage['sandbox']['issueToken']>[0]>;

describe('the certificate that is foretold', () => {
  const jobs: [title: string, request: Request][] = [
    ['a job of GitHub', {}],
    ['one without an environment', { claims: { environment: null } }],
    [
      'one in a reusable workflow',
      { claims: { job_workflow_ref: 'octo-org/shared/.github/workflows/build.yml@refs/heads/main' } },
    ],
    [
      'one in a workflow with a space in its name',
      { claims: { workflow_ref: 'octo-org/sample-project/.github/workflows/re lease.yml@refs/tags/v1' } },
    ],
    ['a pipeline of GitLab', { kind: 'gitlab' }],
    ['one of a branch of GitLab', { kind: 'gitlab', claims: { ref: 'main', ref_type: 'branch' } }],
    ['one with an environment', { kind: 'gitlab', claims: { environment: 'pypi' } }],
    ['a service account of Google', { kind: 'google' }],
  ];

  it.each(jobs)('is the one that is issued to %s', async (title, request) => {
    const token = await stage.sandbox.issueToken(request);
    await stage.write('token.txt', token);
    await stage.write('file.txt', title);
    const signed = await stage.run(['sign', 'file.txt', '--overwrite', '--identity-token-file', 'token.txt']);
    expect(signed.status).toBe(0);
    const { keyMaterial } = parseBundle(await stage.read('file.txt.sigstore.json'));
    if (keyMaterial.kind !== 'certificate') throw new TypeError('no certificate');
    const { identity, issuer, claims } = describeSigner(keyMaterial.chain[0]);
    const extensions = FULCIO_CLAIM_NAMES.filter((name) => name !== 'subject' && claims[name] !== undefined);
    const idToken = parseIdToken(token, { audience: 'sigstore', now: stage.sandbox.clock.now() });
    expect(predictCertificate(idToken)).toEqual({
      identity,
      issuer,
      extensions: Object.fromEntries(extensions.map((name) => [name, claims[name]])),
    });
  });
});
