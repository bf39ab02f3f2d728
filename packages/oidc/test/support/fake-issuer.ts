// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

export interface IssuerAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

// Keys take their time: one pair for all issuers of a file.
const [OWN, FOREIGN] = [generateKeyPair('RS256'), generateKeyPair('RS256')];

/** An issuer that does what it must, until it is told otherwise. */
export class FakeIssuer {
  url = '';
  /** Of the requests to the token endpoint: the form, and the credentials of the header. */
  readonly forms: { readonly fields: Record<string, string>; readonly authorization: string | undefined }[] =
    [];
  /** What the issuer says instead, by the last word of the path. */
  readonly answers: Record<string, IssuerAnswer> = {};
  /** Claims that the tokens have instead; undefined takes one away. */
  readonly claims: Record<string, unknown> = {};
  /** What is described otherwise. */
  readonly metadata: Record<string, unknown> = {};
  /** Signs with a key of its own instead of the published one. */
  foreignKey = false;
  #asked = new URLSearchParams();

  async token(): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const person = { sub: 'somebody', email: 'dev@example.com', email_verified: true };
    const times = { iat: now, exp: now + 60 };
    const nonce = this.#asked.get('nonce') ?? undefined;
    const payload = { iss: this.url, aud: 'sigstore', ...times, ...person, nonce, ...this.claims };
    const { privateKey } = await (this.foreignKey ? FOREIGN : OWN);
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .sign(privateKey);
  }

  /** The address that the browser of a person who logs in is sent back to. */
  follow(authorizationUrl: string, change: Readonly<Record<string, string>> = {}): URL {
    this.#asked = new URL(authorizationUrl).searchParams;
    const back = new URL(this.#asked.get('redirect_uri') ?? '');
    const answer = { code: 'the-code', state: this.#asked.get('state') ?? '', ...change };
    back.search = new URLSearchParams(answer).toString();
    return back;
  }

  async answer(word: string, fields: Record<string, string>): Promise<IssuerAnswer> {
    const told = this.answers[word];
    if (told !== undefined) return told;
    if (word === 'openid-configuration') return { body: { ...described(this.url), ...this.metadata } };
    if (word === 'jwks') return { body: { keys: [await publishedKey()] } };
    if (word === 'device') return { body: deviceAnswer(this.url) };
    if (word !== 'token') return { status: 404, body: 'not found' };
    const verifier = fields['code_verifier'] ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (fields['code'] !== undefined && challenge !== this.#asked.get('code_challenge'))
      return { status: 400, body: { error: 'invalid_grant' } };
    return { body: { access_token: 'x', token_type: 'bearer', id_token: await this.token() } };
  }
}

/** Serves an issuer on loopback until the test is over. */
export async function startIssuer(): Promise<FakeIssuer> {
  const issuer = new FakeIssuer();
  const server = createServer((request, response) => void serve(issuer, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/people`;
  return issuer;
}

async function serve(issuer: FakeIssuer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const word = request.url?.split('?', 1)[0]?.split('/').at(-1) ?? '';
  const fields = Object.fromEntries(new URLSearchParams(await text(request)));
  if (word === 'token') issuer.forms.push({ fields, authorization: request.headers.authorization });
  const { status = 200, headers, body } = await issuer.answer(word, fields);
  response.writeHead(status, { ...(headers ?? { 'content-type': 'application/json' }) });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function described(url: string): Record<string, unknown> {
  return {
    issuer: url,
    authorization_endpoint: `${url}/auth?tenant=1`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    device_authorization_endpoint: `${url}/device`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function deviceAnswer(url: string): Record<string, unknown> {
  return {
    device_code: 'the-device-code',
    user_code: 'BCDF-GHJK',
    verification_uri: `${url}/verify`,
    verification_uri_complete: `${url}/verify?user_code=BCDF-GHJK`,
    expires_in: 300,
    interval: 2,
  };
}

async function publishedKey(): Promise<JWK> {
  const { publicKey } = await OWN;
  return { ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
}
