// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, resolve } from 'node:path';
import { isLoopback, parseHttpUrl } from '@colophon/http';
import { CliError, usageError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import type { Context } from '../command.ts';
import type { DetachedFiles } from './detached-evidence.ts';
import { evidenceAbout } from './evidence-about.ts';
import { findEvidence, readEvidence, type EvidenceFile, type EvidenceKind } from './evidence.ts';
import { rememberedListing } from './folder-names.ts';
import type { Arguments } from '../options/arguments.ts';
import { refuseForeignIndex } from '../trust/instance.ts';
import { parsePublisher, parseRepository } from '../identity/publisher-text.ts';

/** What evidence is sought for: a file, or something of which only a digest is known. */
export interface SoughtArtifact {
  readonly shown: string;
  readonly sha256Hex: string;
  readonly filename?: string;
  readonly path?: string;
}

/** Where the evidence about files comes from. */
export interface EvidenceSource {
  find(artifact: SoughtArtifact): Promise<readonly EvidenceFile[]>;
  /** What to say where it has none. */
  absence(artifact: SoughtArtifact): CliError;
}

/** Where evidence is to be fetched from. */
export type Origin =
  | { readonly kind: 'pypi'; readonly index: string }
  | { readonly kind: 'github'; readonly repository: string; readonly apiUrl: URL };

const GITHUB_API = 'https://api.github.com';
const REPOSITORY = /^(?!\.{1,2}\/)[A-Za-z0-9_.-]+\/(?!\.{1,2}$)[A-Za-z0-9_.-]+$/;

/**
 * The evidence that lies beside each file, as its folder is when the first file in it is judged. Where that is nothing but a
 * signature with its certificate, `askLog` finds the rest.
 */
export function besideSource(askLog: EvidenceSource['find']): EvidenceSource {
  const list = rememberedListing();
  return {
    find: async (artifact) => {
      const { path, sha256Hex } = artifact;
      if (path === undefined) return [];
      const found = await findEvidence(path, sha256Hex, list);
      if (found.length > 0) return Promise.all(found.map((one) => readEvidence(one)));
      const names = await list(dirname(path));
      const isBare = ['.sig', '.crt'].every((suffix) => names.has(`${basename(path)}${suffix}`));
      return isBare ? askLog(artifact) : [];
    },
    absence: ({ shown, path }) =>
      path === undefined
        ? noEvidence(shown, 'was given with --bundle, --attestation or --provenance')
        : noEvidence(shown, 'lies beside it'),
  };
}

/** The evidence that `--attestation`, `--bundle` and `--provenance` name; undefined without them. */
export function namedSource(args: Arguments, { host }: Context): EvidenceSource | undefined {
  const provenance = args.text('provenance');
  const bundle = args.text('bundle');
  const named: [string, EvidenceKind][] = [
    ...args.texts('attestation').map((path): [string, EvidenceKind] => [path, 'attestation']),
    ...(bundle === undefined ? [] : [[bundle, 'bundle'] satisfies [string, EvidenceKind]]),
    ...(provenance === undefined ? [] : [[provenance, 'provenance'] satisfies [string, EvidenceKind]]),
  ];
  if (named.length === 0) return undefined;
  let read: Promise<readonly EvidenceFile[]> | undefined;
  return {
    find: async ({ sha256Hex }) => {
      read ??= Promise.all(
        named.map(([path, kind]) => readEvidence(resolve(host.workingDirectory, path), kind)),
      );
      return (await read).map((file) => evidenceAbout(file, sha256Hex));
    },
    absence: ({ shown }) => noEvidence(shown, `is in ${named.map(([path]) => basename(path)).join(', ')}`),
  };
}

/** What `--signature` and `--certificate` name, or one of them: the other is then FILE.sig or FILE.crt. @throws CliError ERR_USAGE */
export function readDetachedFlags(
  args: Arguments,
  { host, options }: Context,
): Partial<DetachedFiles> | undefined {
  const [signature, certificate] = [args.text('signature'), args.text('certificate')];
  if (signature === undefined && certificate === undefined) return undefined;
  if (options.offline)
    throw usageError('--offline: the log is asked for the entry of --signature and --certificate');
  const path = (text: string) => resolve(host.workingDirectory, text);
  return {
    ...(signature === undefined ? {} : { signature: path(signature) }),
    ...(certificate === undefined ? {} : { certificate: path(certificate) }),
  };
}

/** Reads `--from`; undefined without it. @throws CliError ERR_USAGE */
export function readOrigin(args: Arguments, { host, options }: Context): Origin | undefined {
  const from = args.text('from');
  const index = args.text('index');
  if (index !== undefined && from !== 'pypi') throw usageError('--index goes with --from pypi');
  if (from === undefined) return undefined;
  if (options.offline) throw usageError('--offline: --from fetches evidence');
  if (from === 'pypi') {
    refuseForeignIndex(index ?? 'pypi', options);
    return { kind: 'pypi', index: index ?? 'pypi' };
  }
  const [, repository] = /^github(?::(.+))?$/.exec(from) ?? [];
  if (!from.startsWith('github') || (repository === undefined && from !== 'github'))
    throw usageError(`--from ${from}: expected pypi, github or github:OWNER/NAME`);
  const chosen = repository ?? demandedRepository(args);
  if (!REPOSITORY.test(chosen)) throw usageError(`--from ${from}: expected github:OWNER/NAME`);
  return {
    kind: 'github',
    repository: chosen,
    apiUrl: githubApi(host),
  };
}

/** GitHub's REST API: a runner of GitHub Enterprise names its own. A token must not go there in the clear. @throws CliError ERR_USAGE */
export function githubApi({ environment }: Pick<Host, 'environment'>): URL {
  const text = environment['GITHUB_API_URL'] || GITHUB_API;
  const url = parseHttpUrl(text);
  if ((url.protocol === 'https:' || isLoopback(url)) && url.search === '' && url.hash === '') return url;
  throw usageError(`GITHUB_API_URL=${text}: expected an https URL`);
}

function demandedRepository(args: Arguments): string {
  const named = [
    ...args.texts('repository').map(parseRepository),
    ...args.texts('publisher').map(parsePublisher),
  ].flatMap((publisher) => (publisher.kind === 'GitHub' ? [publisher.repository] : []));
  const [repository, ...others] = new Set(named);
  if (repository !== undefined && others.length === 0) return repository;
  throw usageError('--from github: which repository? Say --from github:OWNER/NAME');
}

/** Says that there is no evidence of something. */
export function noEvidence(shown: string, what: string): CliError {
  return new CliError('ERR_NO_EVIDENCE', `${shown}: no evidence ${what}`);
}
