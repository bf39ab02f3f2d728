// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';

/** The instance to work with: one given by files, else staging, else the public one. */
export interface InstanceChoice {
  readonly staging: boolean;
  readonly trustedRoot?: string;
  readonly signingConfig?: string;
}

export interface SignRequest {
  readonly command: 'sign-bundle';
  readonly instance: InstanceChoice;
  /** Whether the file is an in-toto statement, to be signed as it is. */
  readonly inToto: boolean;
  readonly identityToken: string;
  readonly bundle: string;
  readonly file: string;
}

/** Whose signature is demanded. */
export type Demand =
  | { readonly kind: 'identity'; readonly identity: string; readonly issuer: string }
  /** `path` leads to a public key in PEM. */
  | { readonly kind: 'key'; readonly path: string };

export interface VerifyRequest {
  readonly command: 'verify-bundle';
  readonly instance: InstanceChoice;
  readonly bundle: string;
  readonly demand: Demand;
  readonly fileOrDigest: string;
}

/** The arguments are not those of the protocol. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const common = { staging: flag, bundle: text, 'trusted-root': text } as const;

/** Reads the arguments after the program's name. Throws UsageError. */
export function parseCommandLine([command, ...argv]: readonly string[]): SignRequest | VerifyRequest {
  if (command === 'sign-bundle') return parseSign(argv);
  if (command === 'verify-bundle') return parseVerify(argv);
  throw new UsageError('expected sign-bundle or verify-bundle');
}

function parseSign(argv: readonly string[]): SignRequest {
  const own = { 'in-toto': flag, 'identity-token': text, 'signing-config': text } as const;
  const { values, positionals } = parse(() =>
    parseArgs({ args: [...argv], options: { ...common, ...own }, allowPositionals: true }),
  );
  return {
    command: 'sign-bundle',
    instance: instanceOf(values),
    inToto: values['in-toto'],
    identityToken: needed(values['identity-token'], '--identity-token'),
    bundle: needed(values.bundle, '--bundle'),
    file: only(positionals),
  };
}

function parseVerify(argv: readonly string[]): VerifyRequest {
  const own = { key: text, 'certificate-identity': text, 'certificate-oidc-issuer': text } as const;
  const { values, positionals } = parse(() =>
    parseArgs({ args: [...argv], options: { ...common, ...own }, allowPositionals: true }),
  );
  const { key, 'certificate-identity': identity, 'certificate-oidc-issuer': issuer } = values;
  if (key !== undefined && (identity ?? issuer) !== undefined)
    throw new UsageError('--key goes with no identity');
  return {
    command: 'verify-bundle',
    instance: instanceOf(values),
    bundle: needed(values.bundle, '--bundle'),
    demand:
      key === undefined
        ? {
            kind: 'identity',
            identity: needed(identity, '--certificate-identity'),
            issuer: needed(issuer, '--certificate-oidc-issuer'),
          }
        : { kind: 'key', path: key },
    fileOrDigest: only(positionals),
  };
}

function parse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

interface InstanceValues {
  readonly staging: boolean;
  readonly 'trusted-root'?: string | undefined;
  readonly 'signing-config'?: string | undefined;
}

function instanceOf(values: InstanceValues): InstanceChoice {
  const { staging, 'trusted-root': trustedRoot, 'signing-config': signingConfig } = values;
  return {
    staging,
    ...(trustedRoot === undefined ? {} : { trustedRoot }),
    ...(signingConfig === undefined ? {} : { signingConfig }),
  };
}

function needed(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`${name} is missing`);
  return value;
}

function only(positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('expected one file or digest');
  return file;
}
