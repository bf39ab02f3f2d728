// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mayBeNewerClassifier, parseDistFilename } from '@colophon/dist';
import type { JsonObject } from '@colophon/base';
import type { Sandbox } from '@colophon/sandbox';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { runDoctor } from '../commands/doctor.ts';
import { EXIT } from '../exit-status.ts';
import { ownJob } from './rehearsal-job.ts';
import { releaseDists } from './release-dists.ts';
import { Arguments } from '../options/arguments.ts';
import { OIDC_OPTIONS } from '../options/identity.ts';
import { INDEX_OPTIONS } from '../options/publishing.ts';
import { exists } from '../files/output-file.ts';
import { expandDists } from '../files/paths.ts';
import { parsePublisher } from '../identity/publisher-text.ts';
import { writeSampleDists } from '../files/sample-dist.ts';
import { Talk } from '../render/talk.ts';

const SAMPLE_PUBLISHER = 'github:octo-org/sampler/release.yml';
// A real credential has no business in a rehearsal, whatever it is for; nor has the choice of another instance.
const CREDENTIALS =
  /^(?:ACTIONS_ID_TOKEN_.*|SIGSTORE_(?:.*TOKEN|STAGING|OIDC_.*|OAUTH_.*)|.*_ID_TOKEN|TWINE_.*|UV_PUBLISH_.*|GH_TOKEN|GITHUB_.*|COLOPHON_.*)$/;

/** `release --rehearse`: the same release, on a sandbox of its own; nothing is written but where --output-directory says. */
export async function rehearse(args: Arguments, context: Context): Promise<Outcome> {
  const { host, talk, options } = context;
  refuseWhatIsReal(args, options);
  const scratch = await mkdtemp(join(tmpdir(), 'colophon-rehearsal-'));
  const kept = args.text('output-directory');
  const output = kept === undefined ? join(scratch, 'out') : resolve(host.workingDirectory, kept);
  try {
    const operands = await distsToRehearse(args, context, join(scratch, 'dist'));
    await mkdir(output, { recursive: true });
    const projects = await projectsOf(operands, context);
    const job = await ownJob(context);
    const publisher = args.text('publisher') ?? job?.publisher ?? SAMPLE_PUBLISHER;
    const sandbox = await startFor(publisher, projects, job?.claims);
    try {
      talk.say('rehearsing on a sandbox: its own Sigstore and index on this machine, nothing leaves it');
      const { trustConfig } = await sandbox.writeTrustFiles(kept === undefined ? scratch : output);
      const stage = onStage(context, sandbox, trustConfig);
      const found = await examine(publisher, operands, stage);
      if (found.status !== EXIT.ok) return found;
      return await releaseDists(args, stage, {
        operands,
        outputDirectory: output,
        keepIn: output,
        journalFolder: scratch,
        lasting: false,
      });
    } finally {
      await sandbox.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

// A real token or password would be a gift to whoever reads the sandbox's memory or logs.
const REAL: Readonly<Record<string, readonly string[]>> = {
  'plays a job of its own': ['identity-token', 'identity-token-file', ...Object.keys(OIDC_OPTIONS)],
  'has an index of its own': [
    ...Object.keys(INDEX_OPTIONS),
    'username',
    'password-stdin',
    'trusted-publishing',
  ],
  'leaves nothing behind': ['store', 'journal'],
};

/** @throws CliError ERR_USAGE for what speaks of a real index, a real identity or another instance, and for what would stay */
function refuseWhatIsReal(args: Arguments, options: Context['options']): void {
  for (const [why, names] of Object.entries(REAL)) {
    const asked = names.find((name) => args.has(name));
    if (asked !== undefined) throw usageError(`--rehearse ${why}: leave --${asked} out`);
  }
  const { staging, instance, trustConfig, trustedRoot, signingConfig } = options;
  if (staging || (instance ?? trustConfig ?? trustedRoot ?? signingConfig) !== undefined)
    throw usageError('--rehearse has a Sigstore of its own: leave the trust options out');
}

/** The environment of a rehearsal: the real one without any credential, and the sandbox's job. */
export function stageEnvironment(
  context: Context,
  sandbox: Sandbox,
  trustConfig: string,
): Record<string, string> {
  const kept = Object.entries(context.host.environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !CREDENTIALS.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    ...sandbox.environment,
    COLOPHON_TRUST_CONFIG: trustConfig,
    COLOPHON_INDEX: sandbox.index.uploadUrl,
    UV_PUBLISH_CHECK_URL: sandbox.index.simpleUrl,
  };
}

function onStage(context: Context, sandbox: Sandbox, trustConfig: string): Context {
  const host = { ...context.host, environment: stageEnvironment(context, sandbox, trustConfig) };
  const bound = { ...host, now: () => sandbox.clock.now() };
  const options = { ...context.options, trustConfig };
  return { ...context, host: bound, options, talk: new Talk(bound, options) };
}

/** In bytes: projects may have a higher limit than PyPI's usual one. */
const REHEARSED_FILE_LIMIT = 100 * 1024 ** 3;

/** Starts a sandbox whose jobs are a publisher's, or have the claims given, and whose index trusts it for the projects. */
export async function startFor(
  publisher: string,
  projects: readonly string[],
  claims?: JsonObject,
): Promise<Sandbox> {
  const who = parsePublisher(publisher);
  const workflow = who.kind === 'GitHub' ? who.workflow : undefined;
  if (who.kind !== 'GitHub' || workflow === undefined)
    throw usageError(`--publisher ${publisher}: the sandbox plays jobs of github:OWNER/NAME/WORKFLOW`);
  const { startSandbox } = await import('@colophon/sandbox');
  const ref = `${who.repository}/.github/workflows/${workflow}@refs/tags/v1.0.0`;
  return startSandbox({
    githubClaims: claims ?? { repository: who.repository, workflow_ref: ref, job_workflow_ref: ref },
    warehouse: {
      publishers: projects.map((project) => ({ ...who, workflow, project, pending: true })),
      // What check only warns of must not fail here: the real index may take it.
      maxFileBytes: REHEARSED_FILE_LIMIT,
      takesClassifier: mayBeNewerClassifier,
    },
  });
}

// What `doctor` says: a release that it finds fault with is not played any further.
function examine(publisher: string, operands: readonly string[], stage: Context): Promise<Outcome> {
  return runDoctor(new Arguments(operands, [], { publisher }), stage);
}

async function distsToRehearse(
  args: Arguments,
  { host, talk }: Context,
  folder: string,
): Promise<readonly string[]> {
  if (args.operands.length > 0) return args.operands;
  if (await exists(resolve(host.workingDirectory, 'dist'))) return ['dist'];
  talk.say('no dists were named and there is no dist/ folder: rehearsing with a sample package');
  return writeSampleDists(folder);
}

async function projectsOf(operands: readonly string[], { host }: Context): Promise<string[]> {
  const files = await expandDists(operands, host);
  return [...new Set(files.map(({ filename }) => parseDistFilename(filename).name))];
}
