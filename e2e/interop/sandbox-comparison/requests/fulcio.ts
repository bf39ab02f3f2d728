// SPDX-License-Identifier: Apache-2.0
import {
  ALGORITHM,
  base64,
  certificateRequest,
  type KeyPair,
  keys,
  pem,
  signature,
  spkiPem,
} from '../material.ts';
import { type ComparedRequest, requestsOf, type RequestParts, type WantedToken } from '../request.ts';

const PATH = '/api/v2/signingCert';
const request = requestsOf('fulcio', 'application/json');
const SUBJECT = 'repo:octo-org/pkg:environment:pypi';

const der = certificateRequest(keys.p256);
const text = pem(der, 'CERTIFICATE REQUEST');
const good = withRequest(text);

function token(kind: WantedToken['kind'] = 'github', claims: WantedToken['claims'] = {}): WantedToken {
  return { kind, claims, change: (signed) => signed };
}

/** Asks for a certificate with a token of the given claims and a good request. */
function claiming(name: string, claims: WantedToken['claims'], kind?: WantedToken['kind']): ComparedRequest {
  return request(name, PATH, { body: good, token: token(kind, claims) });
}

function changing(name: string, change: WantedToken['change']): ComparedRequest {
  return request(name, PATH, { body: good, token: { ...token(), change } });
}

/** Asks for a certificate with a good token and the given body. */
function asking(name: string, body: string | object, kind?: WantedToken['kind']): ComparedRequest {
  return request(name, PATH, { body, token: token(kind) });
}

function withRequest(content: string | Uint8Array): object {
  return { certificateSigningRequest: base64(content) };
}

function requestFor(pair: KeyPair, terms: Parameters<typeof certificateRequest>[1]): object {
  return withRequest(pem(certificateRequest(pair, terms), 'CERTIFICATE REQUEST'));
}

/** A request by public key and signed challenge. */
function challenged(
  pair: KeyPair,
  changes: { hash?: string; challenge?: string; key?: object } = {},
): object {
  const { hash, challenge = SUBJECT, key } = changes;
  return {
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: spkiPem(pair), ...key },
      proofOfPossession: base64(signature(challenge, pair, hash)),
    },
  };
}

function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

function tokenRequests(): ComparedRequest[] {
  return [...jobRequests(), ...claimRequests(), ...addressRequests(), ...brokenTokenRequests()];
}

function jobRequests(): ComparedRequest[] {
  return [
    claiming('a job of GitHub', {}),
    claiming('a job of GitHub without an environment', { environment: null }),
    claiming('a job of GitLab', {}, 'gitlab'),
    claiming('a job of GitLab on a branch', { ref_type: 'branch', ref: 'main' }, 'gitlab'),
    claiming('a job of Buildkite', {}, 'buildkite'),
    claiming('a job of Buildkite without its organization', { organization_slug: null }, 'buildkite'),
    claiming('a job of CircleCI', {}, 'circleci'),
    claiming('a job of CircleCI again by SSH', { 'oidc.circleci.com/ssh-rerun': true }, 'circleci'),
    claiming('a job of CircleCI without its ref', { 'oidc.circleci.com/vcs-ref': null }, 'circleci'),
    claiming('a job of CircleCI without its project', { 'oidc.circleci.com/project-id': null }, 'circleci'),
    claiming('an address of Google', {}, 'google'),
  ];
}

function claimRequests(): ComparedRequest[] {
  return [
    claiming('an address with a plus', { email: 'a+b@x.example.org' }, 'google'),
    claiming('an address that is verified in text', { email_verified: 'true' }, 'google'),
    claiming('a claim that is a number', { run_id: 12345678 }),
    claiming('a claim that is a fraction', { run_id: 1.5 }),
    claiming('a claim that is a boolean', { run_id: true }),
    claiming('a claim that is an object', { run_id: { a: 1, b: null } }),
    claiming('a claim that is a list', { run_id: ['a', 'b'] }),
    claiming('an empty claim', { event_name: '' }),
    claiming('a claim beyond ASCII', { workflow: 'Rélease ✓' }),
    claiming('a long claim', { workflow: 'x'.repeat(5000) }),
    claiming('a workflow with a blank', { job_workflow_ref: 'o/r/.github/workflows/a b.yml@refs/heads/ü' }),
    claiming('a claim of the name of a default', { url: 'https://other.example' }),
    claiming('several audiences', { aud: ['x', 'sigstore'] }),
    claiming('no iat', { iat: null }),
    claiming('valid in three minutes', { nbf: inSeconds(200) }),
    claiming('no environment claim but text null', { environment: 'null' }),
    claiming('no sub', { sub: null }),
    claiming('an empty sub', { sub: '' }),
    claiming('an address and no sub', { sub: null }, 'google'),
    claiming('another audience', { aud: 'pypi' }),
    claiming('no audience', { aud: null }),
    claiming('expired', { exp: inSeconds(-60) }),
    claiming('no exp', { exp: null }),
    claiming('valid in seven minutes', { nbf: inSeconds(420) }),
    claiming('another issuer', { iss: 'https://example.com' }),
    claiming('no issuer', { iss: null }),
    claiming('a slash after the issuer', { iss: 'https://token.actions.githubusercontent.com/' }),
  ];
}

function addressRequests(): ComparedRequest[] {
  return [
    claiming('an address that is not verified', { email_verified: false }, 'google'),
    claiming('an address of unknown verification', { email_verified: null }, 'google'),
    claiming('an address that is verified by a number', { email_verified: 1 }, 'google'),
    claiming('no address', { email: null }, 'google'),
    claiming('an address that is none', { email: 'nope' }, 'google'),
    claiming('a quoted address', { email: '"a b"@x.org' }, 'google'),
    claiming('an address at a bare host', { email: 'a@localhost' }, 'google'),
    claiming('an address beyond ASCII', { email: 'ü@x.org' }, 'google'),
  ];
}

function brokenTokenRequests(): ComparedRequest[] {
  return [
    claiming('a workflow that is no URL', { job_workflow_ref: 'o/r/%zz' }),
    ...['event_name', 'job_workflow_ref', 'repository', 'run_attempt', 'sha', 'repository_visibility'].map(
      (name) => claiming(`no ${name}`, { [name]: null }),
    ),
    ...['ref_type', 'ref', 'ci_config_ref_uri', 'project_id'].map((name) =>
      claiming(`no ${name} of GitLab`, { [name]: null }, 'gitlab'),
    ),
    changing('no token', () => ''),
    changing('a token that is none', () => 'a.b'),
    changing('a token with another signature', (signed) => `${signed.slice(0, -8)}AAAAAAAA`),
    changing('a token without a signature', (signed) => `eyJhbGciOiJub25lIn0.${signed.split('.')[1]}.`),
    changing('a blank before the token', (signed) => ` ${signed}`),
  ];
}

function messageRequests(): ComparedRequest[] {
  const encoded = base64(text);
  return [
    asking('nothing', {}),
    asking('no body', ''),
    asking('half of an object', '{'),
    asking('text', 'hello'),
    asking('a list', '[]'),
    asking('null', 'null'),
    asking('a number', '3'),
    asking('more after the object', `${JSON.stringify(good)} x`),
    asking('credentials that are a number', { credentials: 1, ...good }),
    asking('a request that is a number', { certificateSigningRequest: 1 }),
    asking('a request that is no base64', { certificateSigningRequest: '***' }),
    asking('a request in URL-safe base64', {
      certificateSigningRequest: encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    }),
    asking('original field names', { certificate_signing_request: encoded }),
    asking('an unknown field', { ...good, x: 1 }),
    asking(
      'a field twice',
      `{"certificateSigningRequest":"${encoded}","certificateSigningRequest":"${encoded}"}`,
    ),
    asking('a request and a challenge', { ...good, ...challenged(keys.p256) }),
    asking('an empty request', { certificateSigningRequest: '' }),
    asking('a request that is null', { certificateSigningRequest: null }),
    asking('a body beyond the limit', { certificateSigningRequest: 'A'.repeat(5 << 20) }),
  ];
}

function certificateRequests(): ComparedRequest[] {
  const { ecdsaSha384, ecdsaSha512, rsaSha256, ed25519, unknown, ecdsaSha1 } = ALGORITHM;
  const labelled = (label: string, bytes: Uint8Array = der): object => withRequest(pem(bytes, label));
  return [
    asking('a request that is text', withRequest('hello')),
    asking('a request in another block', labelled('CERTIFICATE')),
    asking('a request in the older block', labelled('NEW CERTIFICATE REQUEST')),
    asking('a block of no DER', labelled('CERTIFICATE REQUEST', Buffer.from('garbage'))),
    asking('a request that ends early', labelled('CERTIFICATE REQUEST', der.subarray(0, 100))),
    asking('more after the request', labelled('CERTIFICATE REQUEST', Buffer.concat([der, Buffer.of(5, 0)]))),
    asking('a request in DER', withRequest(der)),
    asking('a request with line ends of Windows', withRequest(text.replaceAll('\n', '\r\n'))),
    asking('text before the request', withRequest(`Some text\n${text}`)),
    asking('a request signed by another', requestFor(keys.p256, { signer: keys.other })),
    asking('P-256 with SHA-384', requestFor(keys.p256, { algorithm: ecdsaSha384, hash: 'sha384' })),
    asking('P-384', requestFor(keys.p384, { algorithm: ecdsaSha384, hash: 'sha384' })),
    asking('P-384 with SHA-256', requestFor(keys.p384, {})),
    asking('P-521', requestFor(keys.p521, { algorithm: ecdsaSha512, hash: 'sha512' })),
    asking('P-224', requestFor(keys.p224, {})),
    asking('secp256k1', requestFor(keys.secp256k1, {})),
    asking('RSA', requestFor(keys.rsa2048, { algorithm: rsaSha256 })),
    asking('RSA of 1024 bits', requestFor(keys.rsa1024, { algorithm: rsaSha256 })),
    asking('Ed25519', requestFor(keys.ed25519, { algorithm: ed25519 })),
    asking('an unknown algorithm', requestFor(keys.p256, { algorithm: unknown })),
    asking('SHA-1', requestFor(keys.p256, { algorithm: ecdsaSha1, hash: 'sha1' })),
  ];
}

function challengeRequests(): ComparedRequest[] {
  const { p256, p384, ed25519, rsa2048, rsa1024, secp256k1 } = keys;
  const noProof = { publicKeyRequest: { publicKey: { content: spkiPem(p256) } } };
  return [
    asking('a challenge', challenged(p256)),
    asking(
      'a challenge of an address',
      challenged(p256, { challenge: 'release@octo-org.iam.gserviceaccount.com' }),
      'google',
    ),
    asking('another challenge', challenged(p256, { challenge: 'x' })),
    asking('a challenge by P-384', challenged(p384, { hash: 'sha384' })),
    asking('a challenge by P-384 with SHA-256', challenged(p384)),
    asking('a challenge by Ed25519', challenged(ed25519)),
    asking('a challenge by RSA', challenged(rsa2048)),
    asking('a challenge by RSA of 1024 bits', challenged(rsa1024)),
    asking('a challenge by secp256k1', challenged(secp256k1)),
    asking('a key that is no PEM', challenged(p256, { key: { content: 'x' } })),
    asking('a key in another block', challenged(p256, { key: { content: pem(der, 'CERTIFICATE') } })),
    asking('a key algorithm that is none', challenged(p256, { key: { algorithm: 'NOPE' } })),
    asking('a key algorithm by its number', challenged(p256, { key: { algorithm: 2 } })),
    asking('a key of another algorithm', challenged(p256, { key: { algorithm: 'ED25519' } })),
    asking('an empty challenge request', { publicKeyRequest: {} }),
    asking('a proof without a key', { publicKeyRequest: { proofOfPossession: 'AAAA' } }),
    asking('a key without a proof', noProof),
  ];
}

function otherRequests(): ComparedRequest[] {
  const put: RequestParts = { method: 'PUT', body: good };
  return [
    request('the bundle', '/api/v2/trustBundle'),
    request('the configuration', '/api/v2/configuration'),
    request('the chain', '/api/v1/rootCert'),
    request('health', '/healthz'),
    request('the head of health', '/healthz', { method: 'HEAD' }),
    request('a request by GET', PATH),
    request('a request by PUT', PATH, put),
    request('a request by OPTIONS', PATH, { method: 'OPTIONS' }),
    request('a slash after the path', `${PATH}/`, { body: good, token: token() }),
    request('the bundle by POST', '/api/v2/trustBundle', { body: {} }),
    request('an unknown path', '/api/v2/nope'),
    request('the root', '/'),
    request('text as the media type', PATH, {
      body: good,
      token: token(),
      headers: { 'content-type': 'text/plain' },
    }),
  ];
}

/** What Fulcio is asked. */
export function fulcioRequests(): ComparedRequest[] {
  return [
    ...tokenRequests(),
    ...messageRequests(),
    ...certificateRequests(),
    ...challengeRequests(),
    ...otherRequests(),
  ];
}
