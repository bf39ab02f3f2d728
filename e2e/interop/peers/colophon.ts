// SPDX-License-Identifier: Apache-2.0
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Stack } from '../stack/stack.ts';
import {
  type Identity,
  impossible,
  type Peer,
  Refusal,
  type SigningJob,
  type VerifyingJob,
} from '../table/peer.ts';

/** The product, by its command line, run from its sources. */
export function colophon({ files }: Stack): Peer {
  const verify = (job: VerifyingJob): Promise<unknown> =>
    runColophon([
      'verify',
      job.artifact,
      job.form === 'pep740' ? '--attestation' : '--bundle',
      job.evidence,
      '--trusted-root',
      files.trustedRoot,
      ...identityFlags(job),
    ]);
  return {
    name: 'colophon',
    sign: {
      'message-v1': impossible('colophon has no sign command yet'),
      'message-v2': impossible('colophon has no sign command yet'),
      'dsse-v1': (job) => attest(job, files.trustConfigV1, 'bundle'),
      'dsse-v2': impossible('colophon logs to Rekor v1 only, yet'),
      pep740: (job) => attest(job, files.trustConfigV1, 'pep740'),
    },
    verify: {
      'message-v1': verify,
      'message-v2': verify,
      'dsse-v1': verify,
      'dsse-v2': verify,
      pep740: verify,
    },
  };
}

const suffixes = { bundle: '.publish.sigstore.json', pep740: '.publish.attestation' } as const;

async function attest(job: SigningJob, trustConfig: string, format: keyof typeof suffixes): Promise<void> {
  const folder = `${job.output}.out`;
  await mkdir(folder);
  const where = ['--trust-config', trustConfig, '--output-directory', folder];
  await runColophon(['attest', job.artifact, '--format', format, '--identity-token', job.token, ...where]);
  await rename(join(folder, `${basename(job.artifact)}${suffixes[format]}`), job.output);
}

/** For PEP 740 the publisher, as an index would demand it; else the certificate's own identity. */
function identityFlags({ form, identity }: VerifyingJob): string[] {
  const publisher = form === 'pep740' ? publisherText(identity) : undefined;
  if (publisher !== undefined) return ['--publisher', publisher];
  return ['--cert-identity', identity.san, '--cert-oidc-issuer', identity.issuer];
}

function publisherText({ publisher }: Identity): string | undefined {
  switch (publisher.kind) {
    case 'GitHub':
      return `github:${publisher.repository}/${publisher.workflow}`;
    case 'GitLab':
      return `gitlab:${publisher.repository}//${publisher.workflow_filepath}`;
    case 'Google':
      return `google:${publisher.email}`;
    default:
      return undefined;
  }
}

/** The statuses with which the product says no: input, verification, evidence, trust, identity, a service. */
const refusals = new Set([20, 21, 30, 31, 32, 40, 41, 42, 43]);

/** Runs one command line in this process: nothing but the start of a process differs from the program's own. */
async function runColophon(argv: readonly string[]): Promise<void> {
  const { runCommandLine } = await import('colophon/src/command-line.ts');
  let words = '';
  const status = await runCommandLine(argv, {
    environment: { HOME: process.env.HOME },
    workingDirectory: process.cwd(),
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal: AbortSignal.timeout(60_000),
    now: () => new Date(),
    writeOut: () => undefined,
    writeError: (text) => void (words += text),
  });
  const said = `exit ${status}: ${words.split('\n').slice(0, 4).join(' ')}`;
  if (refusals.has(status)) throw new Refusal(said);
  if (status !== 0) throw new Error(said);
}
