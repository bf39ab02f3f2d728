// SPDX-License-Identifier: Apache-2.0
import { createSign, generateKeyPairSync, type KeyPairKeyObjectResult, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { impersonatedToken, metadataDocument } from './google-services.ts';
import { type Claims, googleHosts, type IssuerKind, issuers, PLAIN_ISSUER_PORT } from './issuers.ts';

/** The issuers' own endpoints: discovery and keys, and an ambient token endpoint as GitHub's runners have it. */
export interface TokenService {
  readonly issueToken: (kind: IssuerKind, claims?: Claims, audience?: string) => string;
  /** What a job on GitHub finds in its environment; the audience is added by the client. */
  readonly ambientGithub: Readonly<Record<string, string>>;
  /** Every issuer signs with another key from now on, and forgets the one before. */
  readonly rotateKeys: () => void;
  close(): Promise<void>;
}

export interface TlsFiles {
  readonly key: string;
  readonly certificate: string;
}

const AMBIENT_BEARER = 'interop-runner-token';

/**
 * Serves the issuers on loopback: TLS on port 443 for the public names, plain HTTP for the others; and Google's services
 * for machines, of which the metadata server speaks plain HTTP on port 80.
 */
export async function startTokenService(tls: TlsFiles): Promise<TokenService> {
  const signer = new TokenSigner();
  const secure = https.createServer(
    { key: readFileSync(tls.key), cert: readFileSync(tls.certificate) },
    (request, response) => {
      const host = request.headers.host ?? '';
      if (host === googleHosts.iamCredentials) {
        void impersonatedToken(request, (email, audience) =>
          signer.issueToken('google', { email }, audience),
        ).then((document) => answer(response, document));
        return;
      }
      const kind = kinds().find((name) => issuers[name].url === `https://${host}`);
      answer(response, kind === undefined ? undefined : publicDocument(kind, request.url ?? '', signer));
    },
  );
  const metadata = http.createServer((request, response) => answer(response, metadataDocument(request)));
  const plain = http.createServer((request, response) => answer(response, plainDocument(request, signer)));
  await Promise.all([listen(secure, 443), listen(metadata, 80), listen(plain, PLAIN_ISSUER_PORT)]);
  return {
    issueToken: (kind, claims, audience) => signer.issueToken(kind, claims, audience),
    ambientGithub: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: AMBIENT_BEARER,
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://localhost:${PLAIN_ISSUER_PORT}/github/token?api-version=2.0`,
    },
    rotateKeys: () => signer.rotate(),
    close: async () => void (await Promise.all([shut(secure), shut(metadata), shut(plain)])),
  };
}

class TokenSigner {
  #pair = newPair();
  #generation = 1;

  rotate(): void {
    this.#pair = newPair();
    this.#generation += 1;
  }

  keySet(): object {
    const kid = this.#kid();
    return { keys: [{ ...this.#pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] };
  }

  /** A signed token; a claim given as null is left out. Valid for five minutes unless the claims say otherwise. */
  issueToken(kind: IssuerKind, changes: Claims = {}, audience = 'sigstore'): string {
    const now = Math.floor(Date.now() / 1000);
    const { url: iss, claims } = issuers[kind];
    const times = { iat: now, nbf: now - 5, exp: now + 300 };
    const all: Claims = { iss, aud: audience, jti: randomUUID(), ...times, ...claims, ...changes };
    const body = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    const signed = `${encode({ alg: 'RS256', kid: this.#kid(), typ: 'JWT' })}.${encode(body)}`;
    return `${signed}.${createSign('sha256').update(signed).sign(this.#pair.privateKey, 'base64url')}`;
  }

  #kid(): string {
    return `k${this.#generation}`;
  }
}

function newPair(): KeyPairKeyObjectResult {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function publicDocument(kind: IssuerKind, path: string, signer: TokenSigner): object | undefined {
  const { url } = issuers[kind];
  if (path === '/jwks') return signer.keySet();
  if (path !== '/.well-known/openid-configuration') return undefined;
  return {
    issuer: url,
    jwks_uri: `${url}/jwks`,
    authorization_endpoint: `${url}/auth`,
    token_endpoint: `${url}/token`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

function plainDocument(request: http.IncomingMessage, signer: TokenSigner): object | undefined {
  const url = new URL(request.url ?? '/', `http://localhost:${PLAIN_ISSUER_PORT}`);
  const [, name = '', ...rest] = url.pathname.split('/');
  const kind = kinds().find((candidate) => candidate === name);
  if (kind === undefined) return undefined;
  const path = `/${rest.join('/')}`;
  if (path !== '/token') return publicDocument(kind, path, signer);
  if (request.headers.authorization?.toLowerCase() !== `bearer ${AMBIENT_BEARER}`) return undefined;
  const changes = JSON.parse(url.searchParams.get('claims') ?? '{}') as Claims;
  return { value: signer.issueToken(kind, changes, url.searchParams.get('audience') ?? undefined) };
}

function answer(response: http.ServerResponse, document: object | undefined): void {
  response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(document ?? { error: 'not found' }));
}

function kinds(): IssuerKind[] {
  return Object.keys(issuers) as IssuerKind[];
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function listen(server: http.Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, '127.0.0.1', resolve);
  return promise;
}

function shut(server: http.Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}
