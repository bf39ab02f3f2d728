// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { readVectorText } from '@colophon/vectors';
import { onTestFinished } from 'vitest';
import { soundBytes } from './archive-fixture.ts';
import { SandboxClock } from '../src/clock.ts';
import { Faults } from '../src/faults.ts';
import { startService } from '../src/http-service.ts';
import { Blake2b256 } from '../src/warehouse/blake2b.ts';
import type { BundleVerifier } from '../src/warehouse/bundle-verifier.ts';
import { createWarehouse, type Warehouse, type WarehouseOptions } from '../src/warehouse/warehouse.ts';

/** Stock sigstore's verifier over a trusted root from a file; the modules are those that sigstore itself depends on. */
export function verifierOver(trustedRoot: string): BundleVerifier {
  const require = createRequire(import.meta.resolve('sigstore'));
  const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');
  const { bundleFromJSON } = require('@sigstore/bundle');
  const { TrustedRoot } = require('@sigstore/protobuf-specs');
  const root = TrustedRoot.fromJSON(JSON.parse(readVectorText(trustedRoot)));
  const verifier = new Verifier(toTrustMaterial(root));
  return { verify: (bundle) => verifier.verify(toSignedEntity(bundleFromJSON(bundle))) };
}

const keys = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'test', alg: 'RS256' };
const strangers = await generateKeyPair('RS256');

export const ISSUERS = {
  GitHub: 'https://token.actions.githubusercontent.com',
  GitLab: 'https://gitlab.com',
  Google: 'https://accounts.google.com',
} as const;

let tokens = 0;

export interface TokenOptions {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string | string[];
  readonly header?: Record<string, unknown>;
  readonly forged?: boolean;
}

/** A GitHub-style identity token; a claim that is null is left out. */
export async function identityToken(now: Date, options: TokenOptions = {}): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const { issuer = ISSUERS.GitHub, audience = 'colophon-sandbox', header = {}, claims = {} } = options;
  tokens += 1;
  const all: Record<string, unknown> = {
    iss: issuer,
    aud: audience,
    iat: seconds,
    exp: seconds + 300,
    jti: `token-${tokens}`,
    sub: 'repo:octo/demo:ref:refs/tags/v1',
    repository: 'octo/demo',
    repository_owner: 'octo',
    repository_owner_id: '1234',
    job_workflow_ref: 'octo/demo/.github/workflows/release.yml@refs/tags/v1',
    ref: 'refs/tags/v1',
    sha: 'c0ffee',
    event_name: 'push',
    ...claims,
  };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: 'test', ...header })
    .sign(options.forged ? strangers.privateKey : keys.privateKey);
}

export interface TestIndex {
  readonly url: string;
  readonly clock: SandboxClock;
  readonly warehouse: Warehouse;
}

/** An index on a socket of its own, for one test. */
export async function startIndex(options: Partial<WarehouseOptions> = {}): Promise<TestIndex> {
  const clock = new SandboxClock();
  const keySet = createLocalJWKSet({ keys: [jwk] });
  const known: readonly string[] = Object.values(ISSUERS);
  const warehouse = createWarehouse({
    clock,
    tokenKeys: (issuer) => (known.includes(issuer) ? keySet : undefined),
    trust: () => Promise.reject(new Error('no trusted root')),
    ...options,
  });
  const service = await startService('index', warehouse.handler, { faults: new Faults() });
  onTestFinished(async () => {
    await service.close();
    await warehouse.close();
  });
  return { url: service.url, clock, warehouse };
}

export async function mint(index: TestIndex, token: string): Promise<Response> {
  return fetch(`${index.url}/_/oidc/mint-token`, { method: 'POST', body: JSON.stringify({ token }) });
}

/** Gets an upload token for the publisher of `octo/demo`. */
export async function mintedToken(index: TestIndex, options: TokenOptions = {}): Promise<string> {
  const response = await mint(index, await identityToken(index.clock.now(), options));
  const body = (await response.json()) as { token: string };
  return body.token;
}

export interface UploadOptions {
  readonly token?: string;
  readonly authorization?: string;
  readonly filename?: string;
  readonly content?: Uint8Array | string;
  readonly contentType?: string;
  /** Over the usual fields; null leaves one out, an array sends it several times. */
  readonly fields?: Record<string, string | readonly string[] | null>;
  readonly files?: Record<string, string>;
  readonly accept?: string;
  readonly path?: string;
  readonly noContent?: boolean;
}

/** Uploads as twine does; by default a wheel of `demo` 1.0. */
export async function upload(index: TestIndex, options: UploadOptions = {}): Promise<Response> {
  const { filename = 'demo-1.0-py3-none-any.whl', path: where = '/legacy/' } = options;
  const { content = soundBytes(filename) } = options;
  const bytes = Buffer.from(content);
  const wheel = filename.endsWith('.whl');
  const fields: Record<string, string | readonly string[] | null> = {
    ':action': 'file_upload',
    protocol_version: '1',
    metadata_version: '2.4',
    name: 'demo',
    version: '1.0',
    filetype: wheel ? 'bdist_wheel' : 'sdist',
    pyversion: wheel ? 'py3' : 'source',
    sha256_digest: createHash('sha256').update(bytes).digest('hex'),
    blake2_256_digest: new Blake2b256().update(bytes).hex(),
    ...options.fields,
  };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    for (const one of [value ?? []].flat()) form.append(name, one);
  for (const [name, text] of Object.entries(options.files ?? {}))
    form.append(name, new Blob([text]), 'file.txt');
  const type = options.contentType ?? 'application/octet-stream';
  if (!options.noContent) form.append('content', new Blob([bytes], { type }), filename);
  const authorization = options.authorization ?? basic('__token__', options.token ?? 'pypi-user');
  const headers = { authorization, accept: options.accept ?? 'application/json' };
  return fetch(index.url + where, { method: 'POST', body: form, headers, redirect: 'manual' });
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export const PUBLISHER = {
  kind: 'GitHub',
  repository: 'octo/demo',
  workflow: 'release.yml',
  project: 'demo',
} as const;
export const SETTINGS: Partial<WarehouseOptions> = {
  publishers: [PUBLISHER],
  apiTokens: [
    { token: 'pypi-user', projects: 'user' },
    { token: 'pypi-mallory', projects: 'user', user: 'mallory' },
    { token: 'pypi-other', projects: ['other'] },
  ],
};

/** Uploads, and gives status and words of the answer, which stand in reason phrase and body; `{help}` is the index's help page. */
export async function answerTo(
  index: TestIndex,
  options: UploadOptions,
): Promise<[status: number, words: string]> {
  const response = await upload(index, options);
  const body = (await response.json()) as { message: string; code: string };
  const words = response.statusText;
  if (body.message !== words || body.code !== `${response.status} ${words}`)
    throw new Error(`reason phrase and body differ: ${words} / ${JSON.stringify(body)}`);
  return [response.status, words.replaceAll(`${index.url}/help/`, '{help}')];
}

export type RefusalRow = [title: string, options: UploadOptions, status: number, words: string];
