// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { Clock } from '../clock.ts';
import { submitPrecertificate } from '../ct/ct-client.ts';
import { encodeTimestampList } from '../ct/ct-log.ts';
import { type Handler, json, readBody, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import { ISSUER_KINDS, ISSUER_URLS } from '../oidc/issuers.ts';
import type { TokenKeys } from '../oidc/token-keys.ts';
import { pemOf } from '../pem.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { CertificateAuthority, LeafDraft } from './certificate-authority.ts';
import { certifiedIdentity } from './extension-templates.ts';
import { FulcioError } from './fulcio-error.ts';
import { messageField, parseMessage, textField } from './json-message.ts';
import { authenticate, challengeOf, type Principal } from './principal.ts';
import { provenPublicKey } from './signing-request.ts';

export interface FulcioOptions {
  readonly authority: CertificateAuthority;
  readonly clock: Clock;
  readonly tokenKeys: TokenKeys;
  readonly ctUrl: () => string;
}

type Route = (request: SandboxRequest, options: FulcioOptions) => Promise<SandboxResponse> | SandboxResponse;

const MAX_BODY = 1 << 22;

const ROUTES: Readonly<Record<string, { readonly method: string; readonly route: Route }>> = {
  '/api/v2/signingCert': { method: 'POST', route: signingCertificate },
  '/api/v2/trustBundle': { method: 'GET', route: trustBundle },
  '/api/v2/configuration': { method: 'GET', route: configuration },
  '/api/v1/rootCert': { method: 'GET', route: rootCertificate },
  '/healthz': { method: 'GET', route: () => json(200, { status: 'SERVING' }) },
};

/** Fulcio's API v2 and what of v1 still serves, with the answers of Fulcio 1.8. */
export function fulcioHandler(options: FulcioOptions): Handler {
  return async (request) => {
    const answer = await answerOf(request, options);
    return { ...answer, headers: { vary: 'Origin', ...answer.headers } };
  };
}

async function answerOf(request: SandboxRequest, options: FulcioOptions): Promise<SandboxResponse> {
  try {
    return await routeOf(request)(request, options);
  } catch (error) {
    if (error instanceof FulcioError) return error.response();
    throw error;
  }
}

function routeOf(request: SandboxRequest): Route {
  const { pathname } = request.url;
  const known = Object.hasOwn(ROUTES, pathname) ? ROUTES[pathname] : undefined;
  if (!known) throw new FulcioError('NotFound', 'Not Found');
  if (known.method !== request.method) throw new FulcioError('Unimplemented', 'Method Not Allowed');
  return known.route;
}

async function signingCertificate(request: SandboxRequest, options: FulcioOptions): Promise<SandboxResponse> {
  const message = parseMessage(await bodyOf(request));
  const principal = await principalOf(request, message, options);
  const key = provenPublicKey(message, challengeOf(principal));
  const draft = options.authority.draft(key, certifiedIdentity(principal), options.clock.now());
  const certificate = await issue(draft, options);
  const certificates = [certificate, ...options.authority.chain].map(certificatePem);
  return json(200, { signedCertificateEmbeddedSct: { chain: { certificates } } });
}

async function bodyOf(request: SandboxRequest): Promise<Uint8Array> {
  try {
    return await readBody(request, MAX_BODY);
  } catch (cause) {
    if (!(cause instanceof SandboxError)) throw cause;
    throw new FulcioError('InvalidArgument', 'http: request body too large', { cause });
  }
}

async function principalOf(
  request: SandboxRequest,
  message: JsonObject,
  options: FulcioOptions,
): Promise<Principal> {
  const credentials = messageField(message, 'credentials');
  const header = (request.headers.authorization ?? '').replace('Bearer ', '').trim();
  const token = (credentials && textField(credentials, 'oidcIdentityToken')) || header;
  try {
    return await authenticate(token, options.tokenKeys, options.clock.now());
  } catch (cause) {
    throw new FulcioError('InvalidArgument', 'There was an error processing the identity token', { cause });
  }
}

// The real one asks a log that is out of order again and again until the caller gives up; here it fails at once.
async function issue(draft: LeafDraft, options: FulcioOptions): Promise<Uint8Array> {
  const { authority, ctUrl } = options;
  const chain = [await authority.precertificate(draft), ...authority.chain];
  try {
    const timestamp = await submitPrecertificate(ctUrl(), chain);
    return await authority.certificate(draft, encodeTimestampList([timestamp]));
  } catch (cause) {
    throw new FulcioError('Internal', 'Error entering certificate in CTL', { cause });
  }
}

function certificatePem(der: Uint8Array): string {
  return pemOf(der, 'CERTIFICATE');
}

function trustBundle(_request: SandboxRequest, { authority }: FulcioOptions): SandboxResponse {
  return json(200, { chains: [{ certificates: authority.chain.map(certificatePem) }] });
}

function rootCertificate(_request: SandboxRequest, { authority }: FulcioOptions): SandboxResponse {
  const body = authority.chain.map(certificatePem).join('\n').trim();
  return { status: 200, headers: { 'content-type': 'application/pem-certificate-chain' }, body };
}

function configuration(): SandboxResponse {
  const issuers = ISSUER_KINDS.map((kind) => {
    const ci = kind === 'github' || kind === 'gitlab';
    return {
      issuerUrl: ISSUER_URLS[kind],
      audience: 'sigstore',
      challengeClaim: ci ? 'sub' : 'email',
      spiffeTrustDomain: '',
      issuerType: ci ? 'ci-provider' : 'email',
      subjectDomain: '',
      skipEmailVerification: false,
    };
  });
  return json(200, { issuers });
}
