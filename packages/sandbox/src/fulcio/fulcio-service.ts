// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { Clock } from '../clock.ts';
import { encodeTimestampList, type SignedCertificateTimestamp } from '../ct/ct-log.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import { answerByGateway, gatewayBody, type GatewayRoute } from '../gateway/gateway-routes.ts';
import { messageField, parseMessage, textField } from '../gateway/json-message.ts';
import { type Handler, json, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import type { CertificateDraft } from '../issuing-authority.ts';
import { ISSUER_KINDS, ISSUER_URLS } from '../oidc/issuers.ts';
import type { TokenKeys } from '../oidc/token-keys.ts';
import { pemOf } from '../pem.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { type CertifiedIdentity, certifiedIdentity } from './extension-templates.ts';
import { authenticate, challengeOf, isCiProvider, type Principal } from './principal.ts';
import { provenPublicKey } from './signing-request.ts';

export interface FulcioOptions {
  readonly authority: CertificateAuthority;
  readonly clock: Clock;
  readonly tokenKeys: TokenKeys;
  /** Has a precertificate logged, given with its issuers. */
  readonly logPrecertificate: (chain: readonly Uint8Array[]) => Promise<SignedCertificateTimestamp>;
  /** Changes whom, and what, is certified; for an authority that lies. */
  readonly changeIdentity?: (identity: CertifiedIdentity) => CertifiedIdentity;
  readonly changeDraft?: (draft: CertificateDraft) => CertificateDraft;
  readonly withoutTimestamp?: boolean;
}

/** Fulcio's API v2 and what of v1 still serves, with the answers of Fulcio 1.8. */
export function fulcioHandler(options: FulcioOptions): Handler {
  const routes: Readonly<Record<string, GatewayRoute>> = {
    '/api/v2/signingCert': { method: 'POST', action: (request) => signingCertificate(request, options) },
    '/api/v2/trustBundle': { method: 'GET', action: () => trustBundle(options) },
    '/api/v2/configuration': { method: 'GET', action: configuration },
    '/api/v1/rootCert': { method: 'GET', action: () => rootCertificate(options) },
    '/healthz': { method: 'GET', action: () => json(200, { status: 'SERVING' }) },
  };
  return async (request) => {
    const { pathname } = request.url;
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    const answer = await answerByGateway(request, route);
    return { ...answer, headers: { vary: 'Origin', ...answer.headers } };
  };
}

async function signingCertificate(request: SandboxRequest, options: FulcioOptions): Promise<SandboxResponse> {
  const message = parseMessage(await gatewayBody(request));
  const principal = await principalOf(request, message, options);
  const key = provenPublicKey(message, challengeOf(principal));
  const { authority, clock, changeIdentity, changeDraft } = options;
  const identity = certifiedIdentity(principal);
  const draft = authority.draft(key, changeIdentity?.(identity) ?? identity, clock.now());
  const certificate = await issue(changeDraft?.(draft) ?? draft, options);
  const certificates = [certificate, ...options.authority.chain].map(certificatePem);
  return json(200, { signedCertificateEmbeddedSct: { chain: { certificates } } });
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
    throw new GatewayError('InvalidArgument', 'There was an error processing the identity token', { cause });
  }
}

// The real one asks a log that is out of order again and again until the caller gives up; here it fails at once.
async function issue(draft: CertificateDraft, options: FulcioOptions): Promise<Uint8Array> {
  const { authority, logPrecertificate, withoutTimestamp = false } = options;
  const chain = [await authority.precertificate(draft), ...authority.chain];
  try {
    const timestamp = await logPrecertificate(chain);
    return await authority.certificate(draft, encodeTimestampList(withoutTimestamp ? [] : [timestamp]));
  } catch (cause) {
    throw new GatewayError('Internal', 'Error entering certificate in CTL', { cause });
  }
}

function certificatePem(der: Uint8Array): string {
  return pemOf(der, 'CERTIFICATE');
}

function trustBundle({ authority }: FulcioOptions): SandboxResponse {
  return json(200, { chains: [{ certificates: authority.chain.map(certificatePem) }] });
}

function rootCertificate({ authority }: FulcioOptions): SandboxResponse {
  const body = authority.chain.map(certificatePem).join('\n').trim();
  return { status: 200, headers: { 'content-type': 'application/pem-certificate-chain' }, body };
}

function configuration(): SandboxResponse {
  const issuers = ISSUER_KINDS.map((kind) => {
    const ci = isCiProvider(kind);
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
