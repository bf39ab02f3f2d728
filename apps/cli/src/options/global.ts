// SPDX-License-Identifier: Apache-2.0
import type { Options } from 'yargs';
import { usageError } from '../cli-error.ts';
import type { Host } from '../host.ts';
import type { Arguments } from './arguments.ts';

export const GLOBAL_OPTIONS = {
  staging: { type: 'boolean', describe: 'Sigstore’s staging instance' },
  instance: {
    type: 'string',
    describe: 'a TUF repository trusted before with `trust add`, or github: GitHub’s own, which has no log',
  },
  'trust-config': {
    type: 'string',
    describe: 'ClientTrustConfig JSON: a whole Sigstore instance from one file',
  },
  'trusted-root': {
    type: 'string',
    describe: 'trusted root, .json or .jsonl (to sign, with --signing-config)',
  },
  'signing-config': { type: 'string', describe: 'SigningConfig v0.2 JSON: the services to sign with' },
  offline: {
    type: 'boolean',
    describe: 'open no socket; trust comes from a file, the cache or the embedded root',
  },
  'max-trust-age': { type: 'string', describe: 'days; older trust material decides nothing' },
  'time-budget': {
    type: 'string',
    describe: 'seconds that services may be waited for in all',
    defaultDescription: '600',
  },
  'ca-cert': { type: 'string', describe: 'PEM file of further TLS authorities' },
  'cache-dir': { type: 'string', describe: 'where trust material is kept between runs' },
  'non-interactive': {
    type: 'boolean',
    describe: 'never ask; a credential that would have to be asked for is missing',
    defaultDescription: 'where CI is set',
  },
  json: { type: 'boolean', describe: 'one JSON document on stdout' },
  'no-color': { type: 'boolean', describe: 'no colour, whatever the terminal' },
  verbose: { alias: 'v', type: 'count', describe: 'say more on stderr' },
  quiet: { alias: 'q', type: 'boolean', describe: 'say only results and errors' },
} as const satisfies Readonly<Record<string, Options>>;

export type GlobalOptionName = keyof typeof GLOBAL_OPTIONS;

const OF_TRUST: readonly GlobalOptionName[] = [
  'staging',
  'instance',
  'trust-config',
  'trusted-root',
  'max-trust-age',
  'cache-dir',
];

/** Global options that a kind of command has no use for: said with it they are refused, since they would be without effect. */
export const UNUSED = {
  /** Shows or writes what a verification would start from. */
  byShowing: ['signing-config'],
  /** Fetches trust anew. */
  byUpdating: ['trust-config', 'trusted-root', 'signing-config', 'max-trust-age'],
  /** Keeps a file; all else of an instance is in it. */
  byAdding: [
    'staging',
    'trust-config',
    'trusted-root',
    'signing-config',
    'max-trust-age',
    'cache-dir',
    'time-budget',
    'ca-cert',
  ],
  /** Judges by a root of trust, and signs nothing. */
  byVerifying: ['signing-config'],
  /** Names logs by a root of trust, and judges nothing. */
  byInspecting: ['signing-config', 'max-trust-age'],
  /** Asks servers for what is public, and judges nothing. */
  byFetching: [...OF_TRUST, 'signing-config'],
  /** Looks at files of this machine alone. */
  byChecking: [...OF_TRUST, 'signing-config', 'time-budget', 'ca-cert'],
} as const satisfies Record<string, readonly GlobalOptionName[]>;

export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbosity: number;
  readonly nonInteractive: boolean;
  readonly offline: boolean;
  readonly color: boolean;
  readonly timeBudgetMs: number;
  readonly staging: boolean;
  readonly instance: string | undefined;
  readonly trustConfig: string | undefined;
  readonly trustedRoot: string | undefined;
  readonly signingConfig: string | undefined;
  readonly caCert: string | undefined;
  readonly maxTrustAgeDays: number | undefined;
  readonly cacheDir: string | undefined;
}

const TRUE_WORDS = /^(?:1|true|yes|on|t|y)$/i;
const FALSE_WORDS = /^(?:|0|false|no|off|f|n)$/i;

/** Reads a boolean from the environment; a word that is neither yes nor no is a usage error, never a guess. */
export function environmentFlag(host: Host, name: string): boolean {
  const text = host.environment[name] ?? '';
  if (TRUE_WORDS.test(text)) return true;
  if (FALSE_WORDS.test(text)) return false;
  throw usageError(`${name}=${text} is neither true nor false`);
}

// Whatever a CI system sets it to, unless that says no.
function isContinuousIntegration({ environment }: Host): boolean {
  return !/^(?:0|false|no|off)?$/i.test(environment['CI'] ?? '');
}

export function readGlobalOptions(args: Arguments, host: Host): GlobalOptions {
  const env = host.environment;
  return {
    ...readInstanceOptions(args, host),
    json: args.flag('json'),
    quiet: args.flag('quiet'),
    verbosity: args.count('verbose'),
    nonInteractive: args.flag('non-interactive') || isContinuousIntegration(host),
    offline: args.flag('offline') || environmentFlag(host, 'SIGSTORE_OFFLINE'),
    color: wantsColor(host, args.flag('no-color')),
    timeBudgetMs: readSeconds(args.text('time-budget') ?? '600') * 1000,
    caCert: args.text('ca-cert') ?? (env['SSL_CERT_FILE'] || undefined),
    maxTrustAgeDays: readDays(args.text('max-trust-age')),
    cacheDir: args.text('cache-dir') ?? (env['COLOPHON_CACHE_DIR'] || undefined),
  };
}

type InstanceOptions = Pick<
  GlobalOptions,
  'staging' | 'instance' | 'trustConfig' | 'trustedRoot' | 'signingConfig'
>;

// A flag beats the whole environment: halves of two instances must never be mixed.
function readInstanceOptions(args: Arguments, host: Host): InstanceOptions {
  const env = host.environment;
  const flags: InstanceOptions = {
    staging: args.flag('staging'),
    instance: args.text('instance'),
    trustConfig: args.text('trust-config'),
    trustedRoot: args.text('trusted-root'),
    signingConfig: args.text('signing-config'),
  };
  const chosen = Object.values(flags).some((value) => value !== undefined && value !== false)
    ? flags
    : {
        staging: environmentFlag(host, 'SIGSTORE_STAGING'),
        instance: env['COLOPHON_INSTANCE'] || undefined,
        trustConfig: env['COLOPHON_TRUST_CONFIG'] || undefined,
        trustedRoot: env['COLOPHON_TRUSTED_ROOT'] || undefined,
        signingConfig: env['COLOPHON_SIGNING_CONFIG'] || undefined,
      };
  const { staging, instance, trustConfig, trustedRoot, signingConfig } = chosen;
  const named = [
    ...(staging ? ['--staging'] : []),
    ...(instance === undefined ? [] : ['--instance']),
    ...(trustConfig === undefined ? [] : ['--trust-config']),
    ...((trustedRoot ?? signingConfig) === undefined ? [] : ['--trusted-root or --signing-config']),
  ];
  if (named.length > 1) throw usageError(`${named.join(' and ')} exclude each other`);
  return chosen;
}

/** Colour is for terminals, unless the user said no (https://no-color.org). */
export function wantsColor(host: Host, refused: boolean): boolean {
  return host.stderrIsTerminal && !host.environment['NO_COLOR'] && !refused;
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^[0-9]{1,6}$/.test(text) || seconds === 0)
    throw usageError(`--time-budget ${text}: expected whole seconds`);
  return seconds;
}

function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,5}$/.test(text)) throw usageError(`--max-trust-age ${text}: expected whole days`);
  return Number(text);
}
