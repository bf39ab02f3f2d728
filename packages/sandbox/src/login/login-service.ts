// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from '@colophon/base';
import { type Handler, json, readBody, type SandboxRequest, type SandboxResponse } from '../http-service.ts';
import type { TokenIssuer } from '../oidc/token-issuer.ts';
import type { LoginDesk, Visit } from './login-desk.ts';
import { ELSEWHERE } from './login-lie.ts';
import { codePage, consentPage, devicePage, loginPage, messagePage } from './login-page.ts';
import { only, OUT_OF_BAND, parseLoginRequest } from './login-request.ts';
import { NOT_STORED, OAuthFailure } from './oauth-failure.ts';
import { authenticatedClient, DEVICE_GRANT, exchangeGrant } from './token-endpoint.ts';

export interface LoginServiceOptions {
  readonly desk: LoginDesk;
  readonly issuer: TokenIssuer;
  /** The issuer's URL, below which everything is: it is known once the service runs. */
  readonly issuerUrl: () => string;
}

type Action = (request: SandboxRequest, form: URLSearchParams) => Promise<SandboxResponse> | SandboxResponse;

interface Route {
  readonly method: 'GET' | 'POST';
  /** Whether a person sees the answer, or a program. */
  readonly forPeople: boolean;
  readonly action: Action;
}

const MAX_FORM = 65_536;
const EMAIL = /^[^\s@<>]+@[^\s@<>]+$/;

/**
 * An issuer at which people log in by e-mail address, on pages that ask for no password: OpenID Connect with PKCE, codes
 * that are carried out of band, and devices. `/login` is its path.
 */
export function loginHandler(options: LoginServiceOptions): Handler {
  const { desk, issuer, issuerUrl } = options;
  const route = (method: Route['method'], forPeople: boolean, action: Action): Route => ({
    method,
    forPeople,
    action,
  });
  const routes: Readonly<Record<string, Route>> = {
    'GET /login/.well-known/openid-configuration': route('GET', false, () => discovery(desk, issuerUrl())),
    'GET /login/.well-known/jwks': route('GET', false, () => json(200, issuer.jwks)),
    'GET /login/auth': route('GET', true, ({ url }) => askWho(desk, parseLoginRequest(url.searchParams))),
    'POST /login/who': route('POST', true, (_request, form) => askConsent(desk, form)),
    'POST /login/consent': route('POST', true, (_request, form) => finish(desk, form)),
    'GET /login/device': route('GET', true, ({ url }) => devicePage(url.searchParams.get('user_code') ?? '')),
    'POST /login/device': route('POST', true, (_request, form) => askDeviceOwner(desk, form)),
    'POST /login/device/code': route('POST', false, (request, form) => beginDevice(request, form, options)),
    'POST /login/token': route('POST', false, (request, form) =>
      exchangeGrant(request, form, { desk, issuer, issuerUrl: issuerUrl() }),
    ),
  };
  return async (request) => {
    const key = `${request.method} ${request.url.pathname}`;
    const found = Object.hasOwn(routes, key) ? routes[key] : undefined;
    if (found === undefined) return json(404, { message: 'not found' });
    try {
      return await found.action(request, await formOf(request, found.method));
    } catch (error) {
      if (!(error instanceof OAuthFailure)) throw error;
      return found.forPeople
        ? messagePage('Error', `${error.error} ${error.message}`, 400)
        : error.response();
    }
  };
}

async function formOf(request: SandboxRequest, method: Route['method']): Promise<URLSearchParams> {
  return new URLSearchParams(method === 'GET' ? '' : decodeUtf8(await readBody(request, MAX_FORM)));
}

function discovery({ lies }: LoginDesk, issuerUrl: string): SandboxResponse {
  if (lies.has('garbage-discovery'))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '<html>not JSON</html>' };
  if (lies.has('redirected-discovery'))
    return { status: 302, headers: { location: `${ELSEWHERE}/.well-known/openid-configuration` } };
  const base = lies.has('foreign-endpoints') ? ELSEWHERE : issuerUrl;
  return json(200, {
    issuer: lies.has('other-issuer-discovery') ? ELSEWHERE : issuerUrl,
    authorization_endpoint: `${base}/auth`,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/.well-known/jwks`,
    device_authorization_endpoint: `${base}/device/code`,
    grant_types_supported: ['authorization_code', DEVICE_GRANT],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'email'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'email', 'email_verified'],
  });
}

function askWho(desk: LoginDesk, request: Visit['request']): SandboxResponse {
  const { id } = desk.visit(request);
  return loginPage(id, request.clientId);
}

function askDeviceOwner(desk: LoginDesk, form: URLSearchParams): SandboxResponse {
  const userCode = only(form, 'user_code');
  const clientId = desk.clientOfDevice(userCode);
  return askWho(desk, { clientId, answer: { kind: 'device', userCode } });
}

function askConsent(desk: LoginDesk, form: URLSearchParams): SandboxResponse {
  const visit = desk.resume(only(form, 'visit'));
  if (form.get('action') === 'cancel') return refuse(desk, visit);
  const email = only(form, 'email');
  if (!EMAIL.test(email)) throw new OAuthFailure('invalid_request', 'This is no e-mail address.');
  visit.email = email;
  return consentPage(visit.id, visit.request.clientId, email);
}

function finish(desk: LoginDesk, form: URLSearchParams): SandboxResponse {
  const visit = desk.resume(only(form, 'visit'));
  if (form.get('action') !== 'allow') return refuse(desk, visit);
  const { answer } = visit.request;
  if (answer.kind === 'device') {
    desk.grantDevice(visit, answer.userCode);
    return messagePage('Done', 'The device goes on. You can close this page.');
  }
  return backToProgram(desk, visit, { code: desk.grantCode(visit, answer) });
}

function refuse(desk: LoginDesk, visit: Visit): SandboxResponse {
  desk.refuse(visit);
  return backToProgram(desk, visit, { error: 'access_denied', error_description: 'The login was refused.' });
}

function backToProgram(
  { lies }: LoginDesk,
  { request: { answer } }: Visit,
  result: Readonly<Record<string, string>>,
): SandboxResponse {
  if (answer.kind === 'device') return messagePage('Refused', 'The device gets nothing.');
  if (answer.redirectUri === OUT_OF_BAND)
    return result['code'] === undefined
      ? messagePage('Refused', 'The program gets nothing.')
      : codePage(result['code']);
  const state = lies.has('wrong-state') ? 'another-state' : answer.state;
  const query = new URLSearchParams({ ...result, ...(state !== undefined && { state }) });
  const target = lies.has('redirect-elsewhere') ? `${ELSEWHERE}/callback` : answer.redirectUri;
  return { status: 303, headers: { ...NOT_STORED, location: `${target}?${query.toString()}` } };
}

function beginDevice(
  request: SandboxRequest,
  form: URLSearchParams,
  { desk, issuerUrl }: LoginServiceOptions,
): SandboxResponse {
  const clientId = authenticatedClient(request, form, desk.clients);
  const { deviceCode, userCode, lifetime, interval } = desk.addDevice(clientId);
  const page = `${desk.lies.has('foreign-verification') ? ELSEWHERE : issuerUrl()}/device`;
  const answer = { device_code: deviceCode, user_code: userCode, verification_uri: page };
  return json(
    200,
    {
      ...answer,
      verification_uri_complete: `${page}?user_code=${userCode}`,
      expires_in: lifetime,
      interval,
    },
    NOT_STORED,
  );
}
