// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeHex } from '@colophon/base';
import { SandboxClock } from './clock.ts';
import { submitPrecertificate } from './ct/ct-client.ts';
import { CtLog } from './ct/ct-log.ts';
import { ctHandler } from './ct/ct-service.ts';
import { Faults, type ServiceName } from './faults.ts';
import { CertificateAuthority } from './fulcio/certificate-authority.ts';
import { fulcioHandler, type FulcioOptions } from './fulcio/fulcio-service.ts';
import { type Exchange, type Handler, type Service, startService } from './http-service.ts';
import { ctLies } from './lies/ct-lies.ts';
import { fulcioLies } from './lies/fulcio-lies.ts';
import { type Lies, lying } from './lies/lie.ts';
import { rekorLies, rekorV2Lies } from './lies/log-lies.ts';
import { oidcLies } from './lies/oidc-lies.ts';
import { tsaLies } from './lies/tsa-lies.ts';
import { LoginDesk, type LoginDeskOptions } from './login/login-desk.ts';
import type { LoginLie } from './login/login-lie.ts';
import { loginHandler } from './login/login-service.ts';
import type { ClaimOverrides } from './oidc/claims.ts';
import { jobEnvironment } from './oidc/job-environment.ts';
import { oidcHandler } from './oidc/oidc-service.ts';
import { TokenIssuer, type TokenRequest } from './oidc/token-issuer.ts';
import { loginIssuer, tokenKeys } from './oidc/token-keys.ts';
import { rekorV2Handler } from './rekor-v2/rekor-v2-service.ts';
import { TileLog } from './rekor-v2/tile-log.ts';
import { RekorLog } from './rekor/rekor-log.ts';
import { rekorHandler } from './rekor/rekor-service.ts';
import {
  type LogIdentity,
  type TrustFiles,
  trustFile,
  type TrustMaterial,
  trustMaterial,
  writeTrustMaterial,
} from './trust-material.ts';
import { TimestampAuthority } from './tsa/timestamp-authority.ts';
import { TIMESTAMP_PATH, tsaHandler } from './tsa/tsa-service.ts';
import { TufRepository } from './tuf/tuf-repository.ts';
import { tufHandler } from './tuf/tuf-service.ts';
import { tufBundleVerifier, type TufSource } from './warehouse/bundle-verifier.ts';
import { createWarehouse, type Warehouse, type WarehouseOptions } from './warehouse/warehouse.ts';

export interface SandboxOptions {
  /** Default: a clock of its own, at real time. */
  readonly clock?: SandboxClock;
  /** Claims of the job that the sandbox stands for, over the usual ones; null takes a claim away. */
  readonly githubClaims?: ClaimOverrides;
  /** The issuer at which people log in. */
  readonly login?: Omit<LoginDeskOptions, 'clock'>;
  /** The index: its publishers, tokens, audience and limits. */
  readonly warehouse?: Omit<WarehouseOptions, 'clock' | 'tokenKeys' | 'trust'> & {
    /** Another instance's TUF repository, whose attestations the index takes: so do two indexes trust one Sigstore. */
    readonly trust?: TufSource;
  };
  /** Ports of services; any free one for those not named. */
  readonly ports?: Partial<Readonly<Record<ServiceName, number>>>;
  /** Called after each request to any service. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** The index of a sandbox, and what an administrator can do with it. */
export interface SandboxIndex extends Pick<Warehouse, 'audience' | 'flags' | 'projects' | 'removeFile'> {
  readonly uploadUrl: string;
  readonly simpleUrl: string;
}

/** The issuer at which people log in, by e-mail address and without a password. */
export interface SandboxLogin {
  readonly issuerUrl: string;
  /** What its endpoints do wrong from now on; empty at first. */
  readonly lies: Set<LoginLie>;
}

/** A running sandbox. */
export interface Sandbox extends TrustMaterial {
  /** `http://localhost:PORT` of each service. Queries for time stamps go to `/api/v1/timestamp` below `tsa`. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly index: SandboxIndex;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly login: SandboxLogin;
  /** Takes a service off the network, so that connections are refused; the answer brings it back on the same port. */
  outage(service: ServiceName): Promise<() => Promise<void>>;
  /** What a GitHub Actions job with `id-token: write` finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** A signed token of any of the issuers. One of GitHub's is for the job that the sandbox stands for. */
  issueToken(request?: TokenRequest): Promise<string>;
  /** Writes trusted_root.json, signing_config.json, trust_config.json and the TUF root into a folder. */
  writeTrustFiles(folder: string): Promise<TrustFiles>;
  /** Stops all services and removes what they wrote. */
  close(): Promise<void>;
}

/** What has been started and must be stopped, the last first. */
type Cleanups = (() => Promise<unknown>)[];

/** Host name in the checkpoints of both logs: clients want it in the log's URL. */
const LOG_ORIGIN = 'localhost';

/** Starts all services, each on a port of its own on loopback. @throws SandboxError ERR_SANDBOX_LISTEN */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const cleanups: Cleanups = [];
  const close = async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  };
  try {
    return { ...(await start(options, cleanups)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: SandboxOptions, cleanups: Cleanups): Promise<Omit<Sandbox, 'close'>> {
  const { clock = new SandboxClock(), githubClaims = {} } = options;
  const faults = new Faults();
  const urls = { oidc: '', ct: '', fulcio: '', rekor: '', rekorV2: '', tsa: '', tuf: '', index: '' };
  const services = new Map<ServiceName, Service>();
  const serve = async (name: ServiceName, handler: Handler, lies: Lies = {}) => {
    const port = options.ports?.[name] ?? 0;
    const service = await startService(name, lying(handler, lies), { ...options, faults, port });
    cleanups.push(() => service.close());
    services.set(name, service);
    urls[name] = service.url;
  };
  const issuer = await TokenIssuer.create(clock);
  const requestToken = encodeHex(randomBytes(16));
  const keys = tokenKeys(() => urls.oidc);
  const desk = new LoginDesk({ ...options.login, clock });
  const login = loginHandler({ desk, issuer, issuerUrl: () => loginIssuer(urls.oidc) });
  const tokens = { issuer, requestToken, githubClaims, login };
  await serve('oidc', oidcHandler(tokens), oidcLies(tokens, clock));
  const material = await startSigstore({ clock, keys, urls, serve });
  const tuf = await startTuf(material, serve);
  const folder = await scratchFolder(cleanups);
  const rootPath = join(folder, 'root.json');
  await writeFile(rootPath, tuf.root);
  const warehouse = createWarehouse({
    ...options.warehouse,
    clock,
    tokenKeys: keys,
    trust: () =>
      tufBundleVerifier(
        options.warehouse?.trust ?? { mirrorUrl: urls.tuf, rootPath, cachePath: join(folder, 'cache') },
      ),
  });
  cleanups.push(() => warehouse.close());
  await serve('index', warehouse.handler);
  return {
    ...material,
    urls,
    index: indexOf(warehouse, urls.index),
    clock,
    faults,
    login: { issuerUrl: loginIssuer(urls.oidc), lies: desk.lies },
    outage: async (name) => {
      await services.get(name)?.pause();
      return async () => services.get(name)?.resume();
    },
    environment: jobEnvironment(urls.oidc, requestToken, githubClaims),
    issueToken: ({ kind = 'github', claims, ...request } = {}) =>
      issuer.issue({ ...request, kind, claims: { ...(kind === 'github' && githubClaims), ...claims } }),
    writeTrustFiles: (target) => writeTrustMaterial(target, material, tuf.root),
  };
}

interface SigstoreParts {
  readonly clock: SandboxClock;
  readonly keys: ReturnType<typeof tokenKeys>;
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly serve: (name: ServiceName, handler: Handler, lies?: Lies) => Promise<void>;
}

async function startSigstore({ clock, keys, urls, serve }: SigstoreParts): Promise<TrustMaterial> {
  const [authority, tsa] = await Promise.all([CertificateAuthority.create(), TimestampAuthority.create()]);
  const ctLog = new CtLog(clock);
  const rekorLog = new RekorLog(clock, LOG_ORIGIN);
  const tileLog = new TileLog(LOG_ORIGIN);
  const logPrecertificate: FulcioOptions['logPrecertificate'] = (chain) =>
    submitPrecertificate(urls.ct, chain);
  const fulcio = { authority, clock, tokenKeys: keys, logPrecertificate };
  await serve('ct', ctHandler(ctLog, authority.chain[1]), ctLies(ctLog, authority.chain[1], clock));
  await serve('fulcio', fulcioHandler(fulcio), fulcioLies(fulcio, ctLog));
  await serve('rekor', rekorHandler(rekorLog), rekorLies(rekorLog, clock, LOG_ORIGIN));
  await serve('rekorV2', rekorV2Handler(tileLog), rekorV2Lies(tileLog, LOG_ORIGIN));
  await serve('tsa', tsaHandler(tsa, clock), tsaLies(tsa, clock));
  return trustMaterial({
    oidcUrl: loginIssuer(urls.oidc),
    fulcio: { url: urls.fulcio, chain: authority.chain },
    ctLog: identity(urls.ct, ctLog),
    rekor: identity(urls.rekor, rekorLog),
    rekorV2: identity(urls.rekorV2, tileLog),
    tsa: { url: urls.tsa + TIMESTAMP_PATH, chain: tsa.chain },
  });
}

function identity(url: string, { publicKey, logId }: CtLog | RekorLog | TileLog): LogIdentity {
  return { url, publicKey, logId };
}

async function startTuf(material: TrustMaterial, serve: SigstoreParts['serve']): Promise<TufRepository> {
  const repository = new TufRepository({
    'trusted_root.json': trustFile(material.trustedRoot),
    'signing_config.v0.2.json': trustFile(material.signingConfig),
  });
  await serve('tuf', tufHandler(repository));
  return repository;
}

async function scratchFolder(cleanups: Cleanups): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-sandbox-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function indexOf(warehouse: Warehouse, url: string): SandboxIndex {
  const { audience, flags } = warehouse;
  return {
    uploadUrl: `${url}/legacy/`,
    simpleUrl: `${url}/simple/`,
    audience,
    flags,
    projects: () => warehouse.projects(),
    removeFile: (filename) => warehouse.removeFile(filename),
  };
}
