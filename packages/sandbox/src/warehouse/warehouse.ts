// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';
import type { Handler, SandboxRequest, SandboxResponse } from '../http-service.ts';
import { type BundleVerifier, tufBundleVerifier, type TufSource } from './bundle-verifier.ts';
import { Catalog, type Project } from './catalog.ts';
import { type ApiToken, Credentials, DEFAULT_USER } from './credentials.ts';
import type { RstJudge } from './description-rule.ts';
import { answerFile, answerLegacyJson, answerProvenance } from './file-pages.ts';
import { answerAudience, mintToken } from './mint-token.ts';
import type { TakesClassifier } from './metadata/index-rules.ts';
import { PublisherRegistry, type PublisherSetting } from './publisher-registry.ts';
import { Refusal, refusalResponse } from './refusal.ts';
import { answerProject, answerProjects } from './simple-pages.ts';
import { handleUpload } from './upload.ts';
import type { Barred } from './upload-authority.ts';
import type { WarehouseContext, WarehouseFlags } from './warehouse-context.ts';

export interface WarehouseOptions {
  readonly clock: Clock;
  /** The keys of an identity provider, by its production issuer: the only thing about it that is a loopback affair. */
  readonly tokenKeys: (issuer: string) => JWTVerifyGetKey | undefined;
  /** Where the judge of attestations gets its trusted root from: a TUF repository, or a verifier made elsewhere. */
  readonly trust: TufSource | (() => Promise<BundleVerifier>);
  readonly publishers?: readonly PublisherSetting[];
  readonly apiTokens?: readonly ApiToken[];
  /** Of identity tokens; never PyPI's own. Default `colophon-sandbox`. */
  readonly audience?: string;
  /** A folder for the files, left as it is at the end; default: one of its own, removed at the end. */
  readonly storageDir?: string;
  /** Default 100 MiB, as PyPI. */
  readonly maxFileBytes?: number;
  /** Default 10 GiB, as PyPI. */
  readonly maxProjectBytes?: number;
  /** Renders reStructuredText, or says that it cannot be; default: every description is taken. */
  readonly renderRst?: RstJudge;
  /** Takes classifiers that are not in the list, which may be older than the index's; default: none. */
  readonly takesClassifier?: TakesClassifier;
  readonly flags?: Partial<WarehouseFlags>;
  readonly barred?: Barred;
}

/** A package index with the rules of PyPI's. */
export interface Warehouse {
  readonly handler: Handler;
  readonly audience: string;
  /** May be changed while it runs. */
  readonly flags: WarehouseFlags;
  projects(): readonly Project[];
  /** Deletes a file, as its owner could; the name stays used. */
  removeFile(filename: string): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_AUDIENCE = 'colophon-sandbox';
/** Tokens for these audiences are worth something elsewhere. */
const FOREIGN_AUDIENCES = ['pypi', 'testpypi', 'sigstore'];
const DEFAULT_MAX_FILE_BYTES = 100 * 1024 * 1024;
const DEFAULT_MAX_PROJECT_BYTES = 10 * 1024 * 1024 * 1024;

/** Makes an index that holds the projects which its publishers and tokens name, and no file. */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  const { audience = DEFAULT_AUDIENCE, publishers = [], apiTokens = [] } = options;
  if (FOREIGN_AUDIENCES.includes(audience))
    throw new TypeError(`the sandbox must not ask for tokens for ${audience}`);
  const storage = openStorage(options.storageDir);
  const context: WarehouseContext = {
    audience,
    clock: options.clock,
    tokenKeys: options.tokenKeys,
    flags: { ...NO_FLAGS, ...options.flags },
    catalog: new Catalog(),
    credentials: new Credentials(apiTokens),
    publishers: new PublisherRegistry(publishers),
    usedTokens: new Set(),
    barred: options.barred ?? {},
    maxFileBytes: options.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES,
    maxProjectBytes: options.maxProjectBytes ?? DEFAULT_MAX_PROJECT_BYTES,
    renderRst: options.renderRst,
    takesClassifier: options.takesClassifier,
    bundleVerifier: verifierFactory(options.trust),
    storage: storage.folder,
  };
  createNamedProjects(context, options);
  return {
    handler: (request) => handle(context, request),
    audience,
    flags: context.flags,
    projects: () => context.catalog.projects(),
    removeFile: (filename) => context.catalog.exclusively(() => context.catalog.remove(filename)),
    close: storage.close,
  };
}

const NO_FLAGS: WarehouseFlags = {
  readOnly: false,
  disallowNewUploads: false,
  disallowTrustedPublishing: false,
  disableAttestations: false,
};

function verifierFactory(trust: WarehouseOptions['trust']): () => Promise<BundleVerifier> {
  return typeof trust === 'function' ? trust : () => tufBundleVerifier(trust);
}

function createNamedProjects(
  { catalog }: WarehouseContext,
  { publishers = [], apiTokens = [] }: WarehouseOptions,
): void {
  for (const { project, pending } of publishers) if (!pending) catalog.create(project, DEFAULT_USER);
  for (const { projects, user = DEFAULT_USER } of apiTokens)
    if (projects !== 'user') for (const project of projects) catalog.create(project, user);
}

function openStorage(given: string | undefined): {
  folder: () => Promise<string>;
  close: () => Promise<void>;
} {
  let opened: Promise<string> | undefined;
  const open = async () => {
    if (given === undefined) return mkdtemp(path.join(tmpdir(), 'colophon-index-'));
    await mkdir(given, { recursive: true });
    return given;
  };
  return {
    folder: () => (opened ??= open()),
    close: async () => {
      if (opened && given === undefined) await rm(await opened, { recursive: true, force: true });
    },
  };
}

async function handle(context: WarehouseContext, request: SandboxRequest): Promise<SandboxResponse> {
  try {
    return await route(context, request);
  } catch (error) {
    if (error instanceof Refusal) return refusalResponse(request, error);
    throw error;
  }
}

async function route(context: WarehouseContext, request: SandboxRequest): Promise<SandboxResponse> {
  const { method, url } = request;
  if (method === 'POST') return routePost(context, request);
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'Method Not Allowed');
  const [root = '', ...rest] = url.pathname.slice(1).split('/').map(decoded);
  if (url.pathname === '/_/oidc/audience') return answerAudience(context);
  if (url.pathname === '/legacy/') throw new Refusal(405, 'Method Not Allowed');
  if (url.pathname === '/simple') return { status: 301, headers: { location: `${url.origin}/simple/` } };
  if (url.pathname === '/simple/') return answerProjects(context, request);
  if (root === 'simple' && rest.length <= 2 && !rest[1])
    return answerProject(context, request, rest[0] ?? '');
  if (root === 'integrity' && rest.length === 4 && rest[3] === 'provenance')
    return answerProvenance(context, request, rest);
  if (root === 'packages') return answerFile(context, request);
  if (root === 'pypi' && rest.length === 2 && rest[1] === 'json')
    return answerLegacyJson(context, request, rest[0] ?? '');
  throw new Refusal(404, 'Not Found');
}

async function routePost(context: WarehouseContext, request: SandboxRequest): Promise<SandboxResponse> {
  const { pathname } = request.url;
  if (pathname === '/legacy/') return handleUpload(context, request);
  if (pathname === '/_/oidc/mint-token' || pathname === '/_/oidc/github/mint-token')
    return mintToken(context, request);
  request.body.resume();
  if (pathname.startsWith('/simple')) throw new Refusal(405, 'Method Not Allowed');
  if (pathname !== '/legacy') throw new Refusal(404, 'Not Found');
  const words =
    'An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)';
  const moved = refusalResponse(request, new Refusal(308, words));
  return {
    ...moved,
    headers: { ...moved.headers, location: `${request.url.origin}/legacy/${request.url.search}` },
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
