// SPDX-License-Identifier: Apache-2.0
import { isAppError, Secret } from '@colophon/base';
import type { HttpResponse } from '@colophon/http';
import type { AmbientPlace, AmbientProvider, AmbientRequest } from './ambient-provider.ts';
import { OidcError } from './oidc-error.ts';
import { quoteClaim } from './quoted-claim.ts';
import { readTokenField, refusedAnswer } from './token-answer.ts';

const ACCOUNT_VARIABLE = 'GOOGLE_SERVICE_ACCOUNT_NAME';
const PRODUCT_FILE = '/sys/class/dmi/id/product_name';
const PRODUCTS: ReadonlySet<string> = new Set(['Google', 'Google Compute Engine']);

/** Fixed: whoever could choose them would be handed the machine's access token, or would hand us theirs. */
const SERVICES = { metadata: 'http://metadata', iamCredentials: 'https://iamcredentials.googleapis.com' };
const ACCOUNTS_PATH = '/computeMetadata/v1/instance/service-accounts/default';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

const METADATA = "Google's metadata server";
const CREDENTIALS = "Google's IAM credentials service";
const LIMITS = { timeoutMs: 30_000, maxBytes: 256 * 1024 };
/** A name that is not there stays so: this is not a service that comes back after minutes. */
const METADATA_ATTEMPTS = 4;

/**
 * Google Cloud: the metadata server gives a token of the machine's own service account, or, where
 * GOOGLE_SERVICE_ACCOUNT_NAME names another account, an access token with which that account's token is requested.
 */
export const googleCloud: AmbientProvider = {
  name: 'Google Cloud',
  renewable: true,
  detect: (place) => Boolean(place.environment[ACCOUNT_VARIABLE]) || isGoogleMachine(place),
  requestToken: async (request) => {
    const account = request.environment[ACCOUNT_VARIABLE];
    return account ? impersonate(account, request) : requestOwnToken(request);
  },
};

function isGoogleMachine({ readFile }: AmbientPlace): boolean {
  return PRODUCTS.has(readFile?.(PRODUCT_FILE)?.trim() ?? '');
}

async function requestOwnToken(request: AmbientRequest): Promise<string> {
  const answer = await askMetadata(request, 'identity', { audience: request.audience, format: 'full' });
  return new TextDecoder().decode(answer.body);
}

async function impersonate(account: string, request: AmbientRequest): Promise<string> {
  // The name becomes a part of a path: nothing in it may lead to another one.
  if (!/^[\w.+-]+(?:@[\w.-]+)?$/.test(account))
    throw new OidcError(
      'ERR_TOKEN_PERMISSION',
      `${ACCOUNT_VARIABLE} is ${quoteClaim(account)}, which is not the e-mail address of a service account`,
    );
  const answer = await askMetadata(request, 'token', { scopes: SCOPE });
  const accessToken = new Secret(readTokenField(answer, 'access_token', METADATA));
  return requestTokenOf(account, accessToken, request);
}

async function askMetadata(
  request: AmbientRequest,
  what: 'identity' | 'token',
  query: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  const { metadata } = request.google ?? SERVICES;
  const { http, directHttp = http, signal } = request;
  const url = new URL(`${metadata}${ACCOUNTS_PATH}/${what}`);
  url.search = new URLSearchParams(query).toString();
  const headers = { 'metadata-flavor': 'Google' };
  const limits = { ...LIMITS, maxAttempts: METADATA_ATTEMPTS, ...(signal === undefined ? {} : { signal }) };
  const answer = await directHttp.request({ method: 'GET', url, headers, ...limits }).catch(withoutMetadata);
  if (answer.status === 200) return answer;
  const remedy =
    answer.status === 403 || answer.status === 404
      ? 'the machine or job needs a service account that may request tokens'
      : undefined;
  throw refusedAnswer(answer, METADATA, remedy);
}

function withoutMetadata(cause: unknown): never {
  if (!isAppError(cause) || (cause.code !== 'ERR_HTTP_UNREACHABLE' && cause.code !== 'ERR_HTTP_TIMEOUT'))
    throw cause;
  throw new OidcError(
    'ERR_TOKEN_SERVICE',
    `${METADATA} cannot be reached: this must be a Google Cloud machine or job with a service account`,
    { cause },
  );
}

async function requestTokenOf(account: string, bearer: Secret, request: AmbientRequest): Promise<string> {
  const { iamCredentials } = request.google ?? SERVICES;
  const { http, audience, signal } = request;
  const answer = await http.request({
    method: 'POST',
    url: `${iamCredentials}/v1/projects/-/serviceAccounts/${account}:generateIdToken`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ audience, includeEmail: true }),
    bearer,
    retry: 'idempotent',
    ...LIMITS,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status === 200) return readTokenField(answer, 'token', CREDENTIALS);
  throw refusedAnswer(answer, CREDENTIALS, impersonationRemedy(answer.status, account));
}

function impersonationRemedy(status: number, account: string): string | undefined {
  if (status === 403)
    return `this job's account needs the role roles/iam.serviceAccountTokenCreator on ${account}, and the scope cloud-platform`;
  return status === 404 ? `there must be a service account ${account}` : undefined;
}
