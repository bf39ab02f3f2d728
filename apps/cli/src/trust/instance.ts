// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { decodeUtf8, encodeUtf8, parseJson, readObject } from '@colophon/base';
import {
  parseClientTrustConfig,
  parseSigningConfig,
  parseTrustedRoot,
  parseTrustedRoots,
  TrustError,
  type SigningConfig,
  type TrustErrorCode,
} from '@colophon/trust';
import { CliError, usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { readWhole } from '../files/input-file.ts';
import type { GlobalOptions } from '../options/global.ts';
import { describeOrigin, type Trust, type TrustOrigin } from './trust-origin.ts';
import type { TrustMaterial } from './trust-tuf.ts';

export type { Trust } from './trust-origin.ts';

/** One whole instance of Sigstore, to sign with. */
export interface Instance extends Trust {
  readonly signingConfig: SigningConfig;
}

/**
 * The trust that a verification starts from: the user's file, else the repository that was chosen, the public-good one
 * by default.
 * @throws TrustError; TufError, also for trust older than --max-trust-age; CliError ERR_READ_FILE, ERR_UNKNOWN_INSTANCE
 */
export async function loadTrust(context: Context): Promise<Trust> {
  const { trustConfig, trustedRoot } = context.options;
  if (trustConfig !== undefined) return (await configuredInstance(context, trustConfig)).trust;
  if (trustedRoot !== undefined) return await fileTrust(context, trustedRoot);
  const now = context.host.now();
  return await trustOf(context, await repositoryMaterial(context), now);
}

/** The same, but no socket is opened for it whatever the options: for what is shown and not judged. */
export async function loadTrustWithoutNetwork(context: Context): Promise<Trust> {
  return loadTrust({ ...context, options: { ...context.options, offline: true } });
}

/**
 * The instance to sign with. Half an instance never signs: a root of one's own with the public services would put
 * private names into somebody else's log.
 * @throws what `loadTrust` throws
 */
export async function loadInstance(context: Context): Promise<Instance> {
  const { trustConfig, trustedRoot, signingConfig, instance } = context.options;
  if (trustConfig !== undefined) {
    const { trust, signingConfig: services } = await configuredInstance(context, trustConfig);
    return { ...trust, signingConfig: services };
  }
  if ((trustedRoot === undefined) !== (signingConfig === undefined))
    throw usageError('to sign, --trusted-root and --signing-config go together');
  if (trustedRoot !== undefined && signingConfig !== undefined) {
    const bytes = await readTrustFile(context, signingConfig, 'ERR_SIGNING_CONFIG');
    const services = naming(signingConfig, () => parseSigningConfig(bytes));
    return { ...(await fileTrust(context, trustedRoot)), signingConfig: services };
  }
  if (instance === 'github')
    throw usageError('--instance github is for verifying: nobody else can sign with it');
  const now = context.host.now();
  const material = await repositoryMaterial(context);
  return { ...(await trustOf(context, material, now)), signingConfig: servicesOf(material) };
}

const PUBLIC_INDEXES: readonly string[] = ['pypi', 'testpypi'];
const PUBLIC_ROOT = /^https:\/\/(?:test\.)?pypi\.org(?:[/:]|$)/i;

/**
 * Refuses the public indexes, by name or by URL, with staging's instance: they take, and serve, nothing of it.
 * @throws CliError ERR_USAGE
 */
export function refuseForeignIndex(indexName: string, { staging }: GlobalOptions): void {
  if (staging && (PUBLIC_INDEXES.includes(indexName) || PUBLIC_ROOT.test(indexName)))
    throw usageError(`--staging does not go with ${indexName}, which trusts the public-good instance`);
}

// Loaded only here: a run that is given a file needs neither TUF nor a network.
async function repositoryMaterial(context: Context): Promise<TrustMaterial> {
  const { repositoryTrust } = await import('./trust-tuf.ts');
  return await repositoryTrust(context);
}

// The age is that of before the repository was asked: what it answered just now is of no age.
async function trustOf(context: Context, { trustedRoot, origin }: TrustMaterial, now: Date): Promise<Trust> {
  const trust: Trust = {
    roots: [parseTrustedRoot(trustedRoot)],
    source: describeOrigin(origin),
    origin,
    documents: [trustedRoot],
  };
  return await judgedByAge(context, trust, now);
}

function servicesOf({ signingConfig, origin }: TrustMaterial): SigningConfig {
  if (signingConfig !== undefined) return parseSigningConfig(signingConfig);
  throw new TrustError(
    'ERR_SIGNING_CONFIG',
    `${origin.location} has no signing configuration: it is for verifying`,
  );
}

async function configuredInstance(
  context: Context,
  path: string,
): Promise<{ trust: Trust; signingConfig: SigningConfig }> {
  const bytes = await readTrustFile(context, path, 'ERR_TRUST_CONFIG');
  const { trustedRoot, signingConfig } = naming(path, () => parseClientTrustConfig(bytes));
  const { trustedRoot: document } = readObject(parseJson(bytes), '$', { open: true });
  const documents = [encodeUtf8(`${JSON.stringify(document)}\n`)];
  const trust = await judgedByAge(context, { roots: [trustedRoot], documents, ...fromFile(path) });
  return { trust, signingConfig };
}

async function fileTrust(context: Context, path: string): Promise<Trust> {
  const bytes = await readTrustFile(context, path, 'ERR_TRUSTED_ROOT');
  const jsonl = path.endsWith('.jsonl');
  const [first, ...others] = naming(path, () => parseTrustedRoots(bytes, { jsonl }));
  if (first === undefined) throw new TrustError('ERR_TRUSTED_ROOT', `${path} holds no trusted root`);
  const lines = () =>
    decodeUtf8(bytes)
      .split('\n')
      .filter((line) => line.trim() !== '');
  const documents = jsonl ? lines().map((line) => encodeUtf8(line)) : [bytes];
  return await judgedByAge(context, { roots: [first, ...others], documents, ...fromFile(path) });
}

// Trust that cannot be read is trust that is missing: the verdict is undecided, not the input malformed.
async function readTrustFile({ host }: Context, path: string, code: TrustErrorCode): Promise<Uint8Array> {
  try {
    return await readWhole(resolve(host.workingDirectory, path));
  } catch (cause) {
    if (!(cause instanceof CliError)) throw cause;
    throw new TrustError(code, cause.message, { cause: cause.cause });
  }
}

function naming<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    const { code, message, details, cause } = error;
    throw new TrustError(code, `${path}: ${message}`, { details, cause });
  }
}

function fromFile(path: string): { source: string; origin: TrustOrigin } {
  return { source: path, origin: { kind: 'file', location: path } };
}

// A file does not say how old it is: under a limit nothing can be built on it.
async function judgedByAge({ host, options }: Context, trust: Trust, now: Date = host.now()): Promise<Trust> {
  const { maxTrustAgeDays: maxAgeDays } = options;
  if (maxAgeDays === undefined) return trust;
  const { assertTrustAge } = await import('@colophon/tuf');
  const { kind, location, asOf } = trust.origin;
  const source =
    kind === 'embedded' ? 'the embedded root' : `the trusted root ${kind === 'tuf' ? 'of ' : ''}${location}`;
  assertTrustAge(asOf, { now, maxAgeDays, source });
  return trust;
}
