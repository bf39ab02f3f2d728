// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { parseDistFilename } from '@colophon/dist';
import type { HttpClient } from '@colophon/http';
import type { AmbientToken } from '@colophon/oidc';
import { requestAudience, type PackageIndex } from '@colophon/pypi';
import { usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { diagnose, type Subject } from '../doctor/diagnosis.ts';
import { type CheckUp, checkUpJson, showCheckUp } from '../doctor/doctor-report.ts';
import { namedPublisher, publisherOnIndex } from '../doctor/expected-publisher.ts';
import { checkHosts, type HostCheck } from '../doctor/host-check.ts';
import { error, type Finding, warning } from '../doctor/job-findings.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { expandDists } from '../files/paths.ts';
import { ambientToken } from '../identity/identity.ts';
import type { Arguments } from '../options/arguments.ts';
import { chooseIndex } from '../publishing/index-choice.ts';
import { IndexReader } from '../publishing/index-reader.ts';
import { readIndexTls } from '../publishing/index-tls.ts';

interface Asking {
  readonly context: Context;
  readonly http: HttpClient;
  readonly index: PackageIndex;
}

/** `doctor`: who this job is, what would happen to its release, and whether the way is open. Signs and sends nothing. */
export async function runDoctor(args: Arguments, context: Context): Promise<Outcome> {
  const projects = await projectsOf(args, context);
  const [publisher, environment] = [args.text('publisher'), args.text('environment')];
  if (environment !== undefined && publisher === undefined)
    throw usageError('--environment is that of --publisher: name it');
  const expected = publisher === undefined ? undefined : namedPublisher(publisher, environment);
  const chosen = await chooseIndex(args, context);
  const tls = await readIndexTls(args, context, chosen);
  return withClient(
    context,
    async (http) => {
      const asking = { context, http, index: chosen.index };
      const named = expected === undefined ? undefined : { expected, origin: '--publisher' };
      return concluded(await checkUp(projects, named, asking), context);
    },
    tls,
  );
}

async function projectsOf(args: Arguments, { host }: Context): Promise<string[]> {
  const project = args.text('project');
  if (project !== undefined && args.operands.length > 0)
    throw usageError('--project and paths exclude each other: paths name their projects');
  if (args.operands.length === 0) return project === undefined ? [] : [project];
  const files = await expandDists(args.operands, host);
  return [...new Set(files.map(({ filename }) => parseDistFilename(filename).name))];
}

type Known = Pick<Subject, 'expected' | 'origin'>;

async function checkUp(
  projects: readonly string[],
  named: Known | undefined,
  asking: Asking,
): Promise<CheckUp> {
  const { context, http, index } = asking;
  const tokens = await tokensOf(asking);
  const subjects = await subjectsOf(projects, named, asking);
  const hosts = await checkHosts(index, context, http);
  const token = tokens.forIndex ?? tokens.forSigning;
  const diagnosis = token === undefined ? undefined : diagnose(token, index, subjects.known);
  return {
    index,
    provider: token?.provider,
    diagnosis,
    hosts,
    findings: [
      ...tokens.findings,
      ...(diagnosis?.findings ?? []),
      ...subjects.findings,
      ...hosts.filter(({ status }) => status === undefined).map(unreachable),
    ],
  };
}

function unreachable({ purpose, origin, failure }: HostCheck): Finding {
  return error('unreachable', `${origin === '' ? purpose : origin} cannot be reached: ${failure}`);
}

interface Tokens {
  readonly forIndex: AmbientToken | undefined;
  readonly forSigning: AmbientToken | undefined;
  readonly findings: readonly Finding[];
}

// Both are needed: one to be let in, one to sign. GitLab declares them apart, so that one may be forgotten.
async function tokensOf(asking: Asking): Promise<Tokens> {
  const { context, http } = asking;
  const findings: Finding[] = [];
  const note = (code: string) => (cause: unknown) => {
    if (!isAppError(cause) || context.host.signal.aborted) throw cause;
    findings.push(error(code, cause.message));
    return undefined;
  };
  const forSigning = await ambientToken(context, http, 'sigstore').catch(note('no-signing-token'));
  const audience = await audienceOf(asking).catch(note('no-trusted-publishing'));
  const forIndex =
    audience === undefined
      ? undefined
      : await ambientToken(context, http, audience).catch(note('no-index-token'));
  return { forIndex, forSigning, findings };
}

async function audienceOf({ context, http, index }: Asking): Promise<string> {
  return index.audience ?? (await requestAudience({ index, http, signal: context.host.signal }));
}

async function subjectsOf(
  projects: readonly string[],
  named: Known | undefined,
  { context, http, index }: Asking,
): Promise<{ known: Subject[]; findings: Finding[] }> {
  const unknown = { expected: undefined, origin: undefined };
  if (projects.length === 0) return { known: [{ project: undefined, ...(named ?? unknown) }], findings: [] };
  if (named !== undefined) return { known: projects.map((project) => ({ project, ...named })), findings: [] };
  const { simpleUrl } = index;
  if (simpleUrl === undefined)
    return { known: projects.map((project) => ({ project, ...unknown })), findings: [] };
  const reader = new IndexReader(simpleUrl, http, context.host.signal);
  const findings: Finding[] = [];
  const known: Subject[] = [];
  for (const project of projects)
    try {
      known.push(await publisherOnIndex(project, reader));
    } catch (cause) {
      if (!isAppError(cause) || context.host.signal.aborted) throw cause;
      findings.push(
        warning(
          'publisher-unknown',
          `what ${index.name} says of ${project} cannot be read: ${cause.message}`,
        ),
      );
      known.push({ project, ...unknown });
    }
  return { known, findings };
}

function concluded(result: CheckUp, { talk }: Context): Outcome {
  showCheckUp(result, talk);
  const status = statusOf(result);
  return { status, report: { schema: 'colophon.doctor/1', status, ...checkUpJson(result) } };
}

/** What a release by this job would end with, as far as it can be told. */
function statusOf({ findings }: CheckUp): ExitStatus {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => code !== 'unreachable')) return EXIT.noIdentity;
  return errors.length > 0 ? EXIT.unavailable : EXIT.ok;
}
