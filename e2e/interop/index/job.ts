// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@colophon/sandbox';

const REPOSITORY = 'octo-org/pkg';
const WORKFLOW = 'release.yml';

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A CI job of a trusted publisher, on a sandbox of its own. */
export interface ReleaseJob {
  readonly sandbox: Sandbox;
  /** The publisher as the product names it. */
  readonly publisher: string;
  readonly trustedRoot: string;
  /** Runs the product in this job. */
  colophon(argv: readonly string[], environment?: Environment): Promise<Run>;
  /** The same; throws where the status is another than 0. */
  mustColophon(argv: readonly string[], environment?: Environment): Promise<Run>;
  /** An upload token, as a client gets one: an identity token of this job, taken to the index. */
  mintToken(): Promise<string>;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** Starts a sandbox whose index trusts the job for the projects, all of them yet to be made. */
export async function startJob(projects: readonly string[], folder: string): Promise<ReleaseJob> {
  const publisher = { kind: 'GitHub', repository: REPOSITORY, workflow: WORKFLOW } as const;
  const sandbox = await startSandbox({
    githubClaims: { repository: REPOSITORY },
    warehouse: { publishers: projects.map((project) => ({ ...publisher, project, pending: true })) },
  });
  const { trustConfig, trustedRoot } = await sandbox.writeTrustFiles(join(folder, 'trust'));
  const job = { ...sandbox.environment, COLOPHON_TRUST_CONFIG: trustConfig };
  const colophon = (argv: readonly string[], environment: Environment = {}): Promise<Run> =>
    runColophon(argv, folder, { ...job, ...environment });
  return {
    sandbox,
    publisher: `github:${REPOSITORY}/${WORKFLOW}`,
    trustedRoot,
    colophon,
    mustColophon: async (argv, environment) => mustSucceed(argv, await colophon(argv, environment)),
    mintToken: () => mintToken(sandbox),
    close: () => sandbox.close(),
  };
}

/** Runs one command line of the product, from its sources, in this process and in an environment of its own. */
export async function runColophon(
  argv: readonly string[],
  workingDirectory: string,
  environment: Environment,
): Promise<Run> {
  const { runCommandLine } = await import('colophon/src/command-line.ts');
  let [stdout, stderr] = ['', ''];
  const status = await runCommandLine(argv, {
    environment,
    workingDirectory,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: AbortSignal.timeout(120_000),
    now: () => new Date(),
    writeOut: (text) => void (stdout += text),
    writeError: (text) => void (stderr += text),
  });
  return { status, stdout, stderr };
}

export function mustSucceed(argv: readonly string[], run: Run): Run {
  if (run.status === 0) return run;
  throw new Error(`colophon ${argv.join(' ')}: exit ${run.status}\n${run.stdout}${run.stderr}`);
}

async function mintToken({ environment, index }: Sandbox): Promise<string> {
  const url = new URL(String(environment['ACTIONS_ID_TOKEN_REQUEST_URL']));
  url.searchParams.set('audience', index.audience);
  const authorization = `bearer ${environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}`;
  const { value } = await answerOf<{ value: string }>(fetch(url, { headers: { authorization } }));
  const mint = new URL('/_/oidc/mint-token', index.uploadUrl);
  const body = JSON.stringify({ token: value });
  return (await answerOf<{ token: string }>(fetch(mint, { method: 'POST', body }))).token;
}

async function answerOf<T>(asked: Promise<Response>): Promise<T> {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
