// SPDX-License-Identifier: Apache-2.0
import type { SigstoreBundle } from '@colophon/attestation';
import type { JsonObject } from '@colophon/base';
import { expectedIdentity, type IdToken } from '@colophon/oidc';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { collectLimited } from '../concurrency.ts';
import { EXIT, statusOfProducing, type ExitStatus } from '../exit-status.ts';
import { signingToken, tellIdleLogin } from '../identity/identity.ts';
import { guardPrivateRepository } from '../identity/private-repository.ts';
import type { FirstToken } from '../identity/token-ahead.ts';
import { loadInstance } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import type { InputFile } from '../files/paths.ts';
import { failureJson } from '../render/failure.ts';
import { policyOfToken } from '../identity/signer-policy.ts';
import { Failures } from './failures.ts';
import { chooseServices, type Purpose, type SigningOptions } from './signing.ts';

/** What was signed and written of one file. */
export interface Written {
  readonly bundle: SigstoreBundle;
  /** Lower-case hexadecimal; undefined where the signature is about several files. */
  readonly sha256?: string;
  readonly outputs: readonly string[];
}

interface Failed<File extends InputFile> {
  readonly file: File;
  readonly error: unknown;
}

/** What was signed, before it is written. */
interface Signed<File extends InputFile> {
  readonly file: File;
  readonly bundle: SigstoreBundle;
}

/** What a command that signs adds to what all of them do. */
export interface SigningJob<File extends InputFile, Made extends Signed<File>> {
  /** Of the report. */
  readonly schema: string;
  /** What a finished file is called. */
  readonly outcome: 'attested' | 'signed';
  /** How many signatures there will be. */
  readonly count: number;
  readonly purposes: readonly Purpose[];
  /** Signs and verifies, and gives each file as it comes. `token` is the first one, whose identity signs. */
  sign(options: SigningOptions, token: IdToken): AsyncIterable<Made | Failed<File>>;
  /** What the report says of a file beside what it says of all. */
  describe?(file: File): Readonly<Record<string, string>>;
  write(made: Made): Promise<Written>;
  /** Of `withTokenAhead`. */
  readonly firstToken: FirstToken;
}

/**
 * Runs a signing command: one identity, one certificate as long as it lasts, each file written once it is verified. A file
 * that fails does not stop the others.
 */
export async function runSigning<File extends InputFile, Made extends Signed<File>>(
  args: Arguments,
  context: Context,
  job: SigningJob<File, Made>,
): Promise<Outcome> {
  const { host, talk } = context;
  tellIdleLogin(args, context);
  const instance = await loadInstance(context);
  // Nobody should have to log in to hear that there is nothing to sign with.
  for (const purpose of job.purposes) chooseServices(context, instance, purpose);
  return withClient(context, async (http) => {
    const token = await talk.during('logging in', undefined, () => job.firstToken(http));
    await guardPrivateRepository(token, args.flag('allow-private'), context);
    const policies = policyOfToken(token);
    talk.say(`${announced(job)} as ${identityOf(token)}`);
    const lacking = lackingEnvironment(token);
    if (job.outcome === 'attested' && lacking !== undefined) talk.say(lacking);
    const renew = firstThen(token, () => signingToken(args, context, http));
    const options = { context, http, instance, policies, audience: token.claims.aud, token: renew };
    const failures = new Failures(context);
    const rows = await talk.during('signing', { total: job.count, unit: 'files' }, (phase) =>
      collectLimited(job.sign(options, token), WRITTEN_AT_ONCE, async (ended) => {
        const row = await finish(ended, job, { talk, failures });
        phase.advance();
        return row;
      }),
    );
    host.signal.throwIfAborted();
    const status = statusOfProducing(rows.map((row) => Number(row['status']) as ExitStatus));
    return { status, report: { schema: job.schema, status, files: sorted(rows) } };
  });
}

/** Each write waits for the disk; the next file's signature need not. */
const WRITTEN_AT_ONCE = 8;

/** A source of tokens that starts with one that is there already. */
export function firstThen(first: IdToken, later: () => Promise<IdToken>): () => Promise<IdToken> {
  let next: IdToken | undefined = first;
  return async () => {
    const token = next ?? (await later());
    next = undefined;
    return token;
  };
}

function identityOf(token: IdToken): string {
  const { subject, issuer } = expectedIdentity(token);
  return `${subject.value} (issuer ${issuer})`;
}

function announced({ count, outcome }: { count: number; outcome: 'attested' | 'signed' }): string {
  const [one, many] = outcome === 'signed' ? ['file', 'files'] : ['attestation', 'attestations'];
  return `signing ${count} ${count === 1 ? one : many}`;
}

// Whoever publishes in a job with an environment will find that its attestations, made in one without, prove none.
function lackingEnvironment({ claims }: IdToken): string | undefined {
  const job = claims.repository ?? claims.project_path;
  if (job === undefined || claims.environment !== undefined) return undefined;
  return 'this job names no environment, so neither will the certificate: --environment cannot be demanded of it';
}

async function finish<File extends InputFile, Made extends Signed<File>>(
  ended: Made | Failed<File>,
  job: SigningJob<File, Made>,
  { talk, failures }: Pick<Context, 'talk'> & { readonly failures: Failures },
): Promise<JsonObject> {
  const { shown, filename } = ended.file;
  const described = job.describe?.(ended.file) ?? {};
  const about = { file: shown, ...described };
  try {
    if ('error' in ended) throw ended.error;
    const { bundle, sha256, outputs } = await job.write(ended);
    const logIndex = String(bundle.transparencyEntries[0]?.logIndex);
    for (const path of outputs) talk.result(`${job.outcome}: ${filename} -> ${path} (log index ${logIndex})`);
    const { outcome } = job;
    const digest = sha256 === undefined ? {} : { sha256 };
    return { ...about, status: EXIT.ok, outcome, ...digest, logIndex, outputs: [...outputs], retry: false };
  } catch (error) {
    const failure = failureJson(error);
    failures.tell(error);
    talk.result(`failed: ${[shown, ...Object.values(described)].join(' ')} (${failure.code})`);
    return { ...about, outcome: 'failed', ...failure };
  }
}

function sorted(rows: readonly JsonObject[]): JsonObject[] {
  return rows.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function place(row: JsonObject): string {
  return JSON.stringify([row['file'], row['predicateType']]);
}
