// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { HttpClient } from '@colophon/http';
import type { PackageIndex } from '@colophon/pypi';
import { usageError } from '../cli-error.ts';
import type { ClientTls } from '../client.ts';
import type { Context } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import {
  type AttestationMode,
  type AttestationPlan,
  planAttestations,
  planJson,
  type Purpose,
} from '../signing/attestation-plan.ts';
import { type GivenCredential, givenCredential } from './credential.ts';
import {
  chooseCredential,
  type Credential,
  credentialJson,
  type TrustedPublishing,
} from './credential-choice.ts';
import { chooseIndex } from './index-choice.ts';
import { readIndexTls } from './index-tls.ts';

/** Where files go, and what the command line, the environment and a `.pypirc` give to get them in there. No request was made. */
export interface UploadTarget {
  readonly index: PackageIndex;
  readonly given: GivenCredential;
  readonly tls: ClientTls;
}

/** How files go there. */
export interface UploadManner {
  readonly credential: Credential;
  readonly attestations: AttestationPlan;
}

/**
 * Reads where to upload to, for every command that uploads.
 * @throws CliError ERR_USAGE, ERR_READ_FILE, ERR_TLS_FILE; IndexError ERR_INDEX_URL, ERR_PYPIRC
 */
export async function readUploadTarget(args: Arguments, context: Context): Promise<UploadTarget> {
  refuseForeignWords(args);
  const chosen = await chooseIndex(args, context);
  const tls = await readIndexTls(args, context, chosen);
  return { index: chosen.index, given: await givenCredential(args, context, chosen), tls };
}

/** Words of other tools that mean something else here, or that would show a secret to every process. */
function refuseForeignWords(args: Arguments): void {
  if (args.texts('password').length > 0)
    throw usageError(
      'a password does not belong on the command line, where every process sees it: use --password-stdin or TWINE_PASSWORD',
    );
  if (args.texts('repository').length > 0)
    throw usageError('--repository is a source repository elsewhere: the index to publish to is --index');
  if (publishingMode(args) !== 'always') return;
  const idle = ['username', 'password-stdin'].find((name) => args.has(name));
  if (idle !== undefined)
    throw usageError(`--trusted-publishing always uses no password: leave --${idle} out`);
}

function publishingMode(args: Arguments): TrustedPublishing {
  const word = args.text('trusted-publishing') ?? 'auto';
  return word === 'automatic' ? 'auto' : (word as TrustedPublishing);
}

/**
 * Settles credential and attestations, before anything is signed or sent; asks the index for its audience where it must.
 * @throws CliError ERR_CREDENTIAL_CONFLICT, ERR_CREDENTIAL_UNFIT, ERR_PASSWORD_MISSING, ERR_USAGE; IndexError, HttpError
 */
export async function settleUpload(
  { index, given }: UploadTarget,
  purpose: Purpose,
  { args, context, http }: { args: Arguments; context: Context; http: HttpClient },
): Promise<UploadManner> {
  const setting = { context, http, index, dryRun: args.flag('dry-run') };
  const credential = await chooseCredential(publishingMode(args), given, setting);
  const attestations = planAttestations(attestationMode(args, context), credential, { index, purpose });
  if (!attestations.send) context.talk.warn(`no attestations are sent: ${attestations.reason}`);
  return { credential, attestations };
}

/** The mode, and which word said it. */
function attestationMode(args: Arguments, { host }: Context): { mode: AttestationMode; source: string } {
  const flag = args.text('attestations');
  if (flag !== undefined) return { mode: flag as AttestationMode, source: `--attestations ${flag}` };
  const said = /^(?:1|true|yes|on|t|y)$/i.test(host.environment['UV_PUBLISH_NO_ATTESTATIONS'] ?? '');
  return said
    ? { mode: 'off', source: 'UV_PUBLISH_NO_ATTESTATIONS' }
    : { mode: 'auto', source: '--attestations auto' };
}

/** What `--json` tells of it. */
export function mannerJson({ credential, attestations }: UploadManner): JsonObject {
  return { credential: credentialJson(credential), attestations: planJson(attestations) };
}
