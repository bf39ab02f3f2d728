// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { Certificate } from 'pkijs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TokenRequest } from '../src/oidc/token-issuer.ts';
import { derOfPem, pemOf } from '../src/pem.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { base64, call, certificateRequest, type JsonAnswer, newKeyPair } from './requests.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => {
  sandbox.faults.clear();
  sandbox.clock.reset();
});
afterAll(() => sandbox.close());

const keys = newKeyPair();
const csr = base64(certificateRequest(keys));

async function requestCertificate(
  token: TokenRequest | string = {},
  body: unknown = { certificateSigningRequest: csr },
): Promise<JsonAnswer> {
  const text = typeof token === 'string' ? token : await sandbox.issueToken(token);
  return call(`${sandbox.urls.fulcio}/api/v2/signingCert`, body, { authorization: `Bearer ${text}` });
}

function chainOf(answer: JsonAnswer): X509Certificate[] {
  return answer.body.signedCertificateEmbeddedSct.chain.certificates.map(
    (pem: string) => new X509Certificate(pem),
  );
}

function leafOf(answer: JsonAnswer): X509Certificate {
  return new X509Certificate(answer.body.signedCertificateEmbeddedSct.chain.certificates[0]);
}

async function ctLogSize(): Promise<number> {
  return (await call(`${sandbox.urls.ct}/ct/v1/get-sth`)).body.tree_size;
}

const FULCIO = '1.3.6.1.4.1.57264.1.';

function fulcioExtensions(certificate: X509Certificate): Record<string, string> {
  const extensions = Certificate.fromBER(certificate.raw).extensions ?? [];
  const own = extensions.filter(({ extnID }) => extnID.startsWith(FULCIO));
  return Object.fromEntries(
    own.map(({ extnID, extnValue }) => [
      extnID.slice(FULCIO.length),
      Buffer.from(extnValue.valueBlock.valueHexView).toString('latin1'),
    ]),
  );
}

/** A DER UTF8String of less than 128 bytes. */
function utf8String(text: string): string {
  return `\f${String.fromCharCode(text.length)}${text}`;
}

describe('a certificate', () => {
  it('has the shape of a production certificate', async () => {
    const [leaf, intermediate, root] = chainOf(await requestCertificate()) as [
      X509Certificate,
      X509Certificate,
      X509Certificate,
    ];
    const extensions = Certificate.fromBER(leaf.raw).extensions ?? [];
    expect(extensions.map(({ extnID, critical }) => (critical ? `${extnID} critical` : extnID))).toEqual([
      '2.5.29.15 critical',
      '2.5.29.37',
      '2.5.29.14',
      '2.5.29.35',
      '2.5.29.17 critical',
      ...[1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24].map(
        (arc) => FULCIO + arc,
      ),
      '1.3.6.1.4.1.11129.2.4.2',
    ]);
    expect(leaf.subject).toBeUndefined();
    expect(leaf.publicKey.equals(keys.publicKey)).toBe(true);
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBe(600_000);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.3']);
    expect(intermediate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('secp384r1');
    expect(leaf.verify(intermediate.publicKey) && intermediate.verify(root.publicKey)).toBe(true);
  });

  it('says all that a GitHub token claims', async () => {
    const leaf = leafOf(
      await requestCertificate({
        claims: {
          repository: 'acme/widget',
          repository_owner_id: '42',
          ref: 'refs/heads/main',
          environment: null,
        },
      }),
    );
    const workflow = 'https://github.com/acme/widget/.github/workflows/release.yml@refs/heads/main';
    expect(leaf.subjectAltName).toBe(`URI:${workflow}`);
    expect(fulcioExtensions(leaf)).toEqual({
      1: 'https://token.actions.githubusercontent.com',
      2: 'push',
      3: '0123456789abcdef0123456789abcdef01234567',
      4: 'release',
      5: 'acme/widget',
      6: 'refs/heads/main',
      8: utf8String('https://token.actions.githubusercontent.com'),
      9: utf8String(workflow),
      10: utf8String('0123456789abcdef0123456789abcdef01234567'),
      11: utf8String('github-hosted'),
      12: utf8String('https://github.com/acme/widget'),
      13: utf8String('0123456789abcdef0123456789abcdef01234567'),
      14: utf8String('refs/heads/main'),
      15: utf8String('100100'),
      16: utf8String('https://github.com/acme'),
      17: utf8String('42'),
      18: utf8String(workflow),
      19: utf8String('0123456789abcdef0123456789abcdef01234567'),
      20: utf8String('push'),
      21: utf8String('https://github.com/acme/widget/actions/runs/3003003/attempts/1'),
      22: utf8String('public'),
      24: utf8String('repo:acme/widget:ref:refs/heads/main'),
    });
  });

  it('says all that a GitLab token claims', async () => {
    const leaf = leafOf(
      await requestCertificate({
        kind: 'gitlab',
        claims: { project_path: 'g/sub/p', ref_type: 'branch', ref: 'main' },
      }),
    );
    const config = 'https://gitlab.com/g/sub/p//.gitlab-ci.yml@refs/heads/main';
    expect(leaf.subjectAltName).toBe(`URI:${config}`);
    expect(fulcioExtensions(leaf)).toMatchObject({
      1: 'https://gitlab.com',
      9: utf8String(config),
      12: utf8String('https://gitlab.com/g/sub/p'),
      14: utf8String('refs/heads/main'),
      16: utf8String('https://gitlab.com/g/sub'),
      21: utf8String('https://gitlab.com/g/sub/p/-/jobs/44005005'),
      24: utf8String('project_path:g/sub/p:ref_type:branch:ref:main'),
    });
    expect(fulcioExtensions(leaf)).not.toHaveProperty('2');
  });

  it('says all that a Buildkite token claims', async () => {
    const leaf = leafOf(await requestCertificate({ kind: 'buildkite', claims: { pipeline_slug: 'widget' } }));
    const pipeline = 'https://buildkite.com/octo-org/widget';
    const commit = '0123456789abcdef0123456789abcdef01234567';
    expect(leaf.subjectAltName).toBe(`URI:${pipeline}`);
    expect(fulcioExtensions(leaf)).toEqual({
      1: 'https://agent.buildkite.com',
      8: utf8String('https://agent.buildkite.com'),
      11: utf8String('self-hosted'),
      13: utf8String(commit),
      20: utf8String('webhook'),
      21: utf8String(`${pipeline}/builds/42#0190046e-e199-453b-a302-a21a4d649d31`),
      24: utf8String(
        `organization:octo-org:pipeline:widget:ref:refs/heads/main:commit:${commit}:step:release`,
      ),
    });
  });

  it.each([
    [false, '""'],
    [true, 'ssh-rerun'],
  ])('says all that a CircleCI token claims (rerun by SSH: %s)', async (rerun, environment) => {
    const claims = { 'oidc.circleci.com/ssh-rerun': rerun, 'oidc.circleci.com/vcs-ref': null, sub: 'org/o' };
    const leaf = leafOf(await requestCertificate({ kind: 'circleci', claims }));
    const api = 'https://circleci.com/api/v2';
    const definition = `${api}/projects/0c4a1f2e-6c8b-4f0e-8c52-19d7a5b3e201/pipeline-definitions/8d0c3b76-1c1f-4b0f-9d7e-2b1f5a6c7d08`;
    const job = 'workflow/3a2b1c0d-9e8f-4a7b-8c6d-5e4f3a2b1c0d/job/4b5c6d7e-8f90-4a1b-9c2d-3e4f5a6b7c8d';
    expect(leaf.subjectAltName).toBe(`URI:${definition}`);
    expect(fulcioExtensions(leaf)).toMatchObject({
      1: 'https://oidc.circleci.com',
      9: expect.stringContaining(definition),
      11: utf8String(environment),
      12: utf8String('github.com/octo-org/sample-project'),
      18: utf8String(`${api}/pipeline/2f3e4d5c-6b7a-4899-8a7b-6c5d4e3f2a1b/config`),
      21: utf8String(`https://app.circleci.com//${job}`),
      24: utf8String('org/o'),
    });
    expect(fulcioExtensions(leaf)).not.toHaveProperty('14');
  });

  it.each([
    ['google', 'https://accounts.google.com'],
    ['dex', 'https://github.com/login/oauth'],
  ] as const)('names the address and the provider of an e-mail token from %s', async (kind, issuer) => {
    const leaf = leafOf(await requestCertificate({ kind, claims: { email: 'me@example.org', sub: '77' } }));
    expect(leaf.subjectAltName).toBe('email:me@example.org');
    expect(fulcioExtensions(leaf)).toEqual({ 1: issuer, 8: utf8String(issuer), 24: utf8String('77') });
  });

  it('begins when the sandbox says that it is', async () => {
    sandbox.clock.set(new Date('2031-05-06T07:08:09.500Z'));
    const leaf = leafOf(await requestCertificate());
    expect(new Date(leaf.validFrom)).toEqual(new Date('2031-05-06T07:08:09Z'));
  });
});

describe('a signing request', () => {
  it('may carry the token in its body', async () => {
    const credentials = { oidcIdentityToken: await sandbox.issueToken() };
    expect((await requestCertificate('', { credentials, certificateSigningRequest: csr })).status).toBe(200);
  });

  it.each([
    ['github', 'repo:octo-org/sample-project:environment:pypi'],
    ['google', 'dev@example.com'],
  ] as const)('may prove possession with a signed challenge (%s)', async (kind, challenge) => {
    const content = keys.publicKey.export({ format: 'pem', type: 'spki' });
    const proof = sign('sha256', Buffer.from(challenge), keys.privateKey);
    const publicKeyRequest = { publicKey: { algorithm: 'ECDSA', content }, proofOfPossession: base64(proof) };
    expect(
      leafOf(await requestCertificate({ kind }, { publicKeyRequest })).publicKey.equals(keys.publicKey),
    ).toBe(true);
    const other = await requestCertificate(
      { kind, claims: { sub: 'else', email: 'else@example.com' } },
      { publicKeyRequest },
    );
    expect(other.body.message).toBe('The signature supplied in the request could not be verified');
  });

  const TOKEN = 'There was an error processing the identity token';
  it.each([
    ['for another audience', { audience: 'pypi' }],
    ['that has expired', { lifetime: -1 }],
    ['that is not valid yet', { claims: { nbf: 4_000_000_000 } }],
    ['of an unknown issuer', { claims: { iss: 'https://example.com' } }],
    ['with an address that is not verified', { kind: 'google', claims: { email_verified: false } }],
    ['without an address', { kind: 'google', claims: { email: null } }],
  ] as const)('is refused with a token %s', async (_title, token) => {
    const answer = await requestCertificate(token);
    expect([answer.status, answer.body]).toEqual([400, { code: 3, message: TOKEN, details: [] }]);
  });

  it.each([
    ['no token', () => ''],
    ['text that is no token', () => 'a.b'],
    ['a token with another signature', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['a token with no algorithm', (token: string) => `eyJhbGciOiJub25lIn0.${token.split('.')[1]}.`],
  ])('is refused with %s', async (_title, change) => {
    const answer = await requestCertificate(change(await sandbox.issueToken()));
    expect([answer.status, answer.body.message]).toEqual([400, TOKEN]);
  });

  const ed25519 = generateKeyPairSync('ed25519');
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  it.each([
    ['no request', '', 'The public key supplied in the request could not be parsed'],
    ['text that is no request', 'hello', 'The certificate signing request could not be parsed'],
    [
      'a curve that Go does not know',
      certificateRequest(newKeyPair('secp256k1')),
      'The certificate signing request could not be parsed',
    ],
    [
      'another PEM block',
      certificateRequest(keys).replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'),
      'The certificate signing request could not be parsed',
    ],
    [
      'a weak key',
      certificateRequest(weak, { hash: 'sha256' }),
      'The public key supplied in the request is insecure',
    ],
    [
      "another key's signature",
      certificateRequest(keys, { signer: newKeyPair().privateKey }),
      'The signature supplied in the request could not be verified',
    ],
    [
      'a hash that is not for its key',
      certificateRequest(keys, { hash: 'sha384' }),
      'signing algorithm not permitted: *ecdsa.PublicKey, SHA-384',
    ],
  ])('is refused with %s', async (_title, pem, message) => {
    const answer = await requestCertificate({}, { certificateSigningRequest: base64(pem) });
    expect([answer.status, answer.body]).toEqual([400, { code: 3, message, details: [] }]);
  });

  it.each([
    ['P-384', certificateRequest(newKeyPair('P-384'), { hash: 'sha384' })],
    ['P-521', certificateRequest(newKeyPair('P-521'), { hash: 'sha512' })],
    ['Ed25519', certificateRequest(ed25519, { algorithm: '1.3.101.112' })],
  ])('is granted for a %s key', async (_title, pem) => {
    expect((await requestCertificate({}, { certificateSigningRequest: base64(pem) })).status).toBe(200);
  });

  it('is refused where a claim is missing, and told which', async () => {
    const plain = await requestCertificate({ claims: { event_name: null } });
    expect(plain.body).toEqual({
      code: 3,
      message:
        'value <event_name> not present in either claims or defaults. {\n\t"ExtensionName": "GithubWorkflowTrigger",\n\t"Issuer": "https://token.actions.githubusercontent.com"\n}',
      details: [],
    });
    const inTemplate = await requestCertificate({ claims: { job_workflow_ref: null } });
    expect(inTemplate.status).toBe(400);
    expect(inTemplate.body.message).toContain('map has no entry for key "job_workflow_ref"');
  });

  it.each([
    [{ run_id: 12345678 }, '1.2345678e+07'],
    [{ run_id: { b: [1, 'x'], a: null } }, 'map[a:<nil> b:[1 x]]'],
  ])('prints the claim %j as Go does', async (claims, text) => {
    const leaf = leafOf(await requestCertificate({ claims }));
    expect(fulcioExtensions(leaf)[21]).toContain(`/actions/runs/${text}/attempts/1`);
  });

  it.each([
    [
      'github',
      { job_workflow_ref: 'o/r/%zz' },
      'parse "https://github.com/o/r/%zz": invalid URL escape "%zz"',
    ],
    ['google', { email: 'ü@x.org' }, 'x509: "ü@x.org" cannot be encoded as an IA5String'],
    [
      'gitlab',
      { ref_type: null },
      'template: :1:13: executing "" at <.ref_type>: map has no entry for key "ref_type"',
    ],
    ['gitlab', { ref: null }, 'template: :1:64: executing "" at <.ref>: map has no entry for key "ref"'],
  ] as const)('is refused where a %s certificate cannot say %j', async (kind, claims, message) => {
    expect(await requestCertificate({ kind, claims })).toMatchObject({
      status: 400,
      body: { code: 3, message },
    });
  });

  it('is refused with both a request and a challenge, and beyond 4 MiB', async () => {
    const both = await requestCertificate({}, { certificateSigningRequest: csr, publicKeyRequest: {} });
    expect(both.status).toBe(400);
    const large = await requestCertificate({}, { certificateSigningRequest: 'A'.repeat(5 << 20) });
    expect(large.body).toEqual({ code: 3, message: 'http: request body too large', details: [] });
  });

  it.each([
    ['GET', '/api/v2/signingCert', 501, { code: 12, message: 'Method Not Allowed', details: [] }],
    ['GET', '/api/v2/nothing', 404, { code: 5, message: 'Not Found', details: [] }],
    ['GET', '/healthz', 200, { status: 'SERVING' }],
  ])('%s %s is answered as by the gateway', async (_method, path, status, body) => {
    expect(await call(sandbox.urls.fulcio + path)).toMatchObject({ status, body });
  });

  it('is read up to the end of its message', async () => {
    const message = JSON.stringify({ certificateSigningRequest: csr, x: '}"' });
    expect((await requestCertificate({}, `${message} and more`)).status).toBe(200);
  });

  it('is refused where bytes follow the key', async () => {
    const der = Buffer.concat([keys.publicKey.export({ format: 'der', type: 'spki' }), Buffer.of(5, 0)]);
    const content = pemOf(der, 'PUBLIC KEY');
    const answer = await requestCertificate({}, { publicKeyRequest: { publicKey: { content } } });
    expect(answer.body.message).toBe('The public key supplied in the request could not be parsed');
  });

  it('is refused where its JSON is no message', async () => {
    for (const body of ['{', '[]', '{"credentials": 1}', '{"certificateSigningRequest": "*"}'])
      expect(await requestCertificate({}, body)).toMatchObject({
        status: 400,
        body: { code: 3, details: [] },
      });
  });
});

describe('Fulcio', () => {
  it('publishes its chain and its issuers', async () => {
    const [, intermediate, root] = chainOf(await requestCertificate());
    const bundle = await call(`${sandbox.urls.fulcio}/api/v2/trustBundle`);
    expect(bundle.body.chains).toHaveLength(1);
    expect(bundle.body.chains[0].certificates).toEqual([intermediate?.toString(), root?.toString()]);
    const pem = await call(`${sandbox.urls.fulcio}/api/v1/rootCert`);
    expect(derOfPem(pem.body, ['CERTIFICATE'])).toEqual(new Uint8Array(intermediate?.raw ?? []));
    const configuration = await call(`${sandbox.urls.fulcio}/api/v2/configuration`);
    expect(configuration.body.issuers[0]).toMatchObject({
      issuerUrl: 'https://token.actions.githubusercontent.com',
      audience: 'sigstore',
    });
  });

  it('issues nothing that the CT log does not take', async () => {
    sandbox.faults.add({ service: 'ct', fault: { kind: 'status', status: 503 } });
    expect(await requestCertificate()).toMatchObject({
      status: 500,
      body: { code: 13, message: 'Error entering certificate in CTL' },
    });
  });

  it('logs each precertificate', async () => {
    const before = await ctLogSize();
    await requestCertificate();
    expect(await ctLogSize()).toBe(before + 1);
  });
});
