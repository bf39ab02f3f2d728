// SPDX-License-Identifier: Apache-2.0
import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Stack } from '../stack/stack.ts';
import {
  type Identity,
  logVersion,
  type Peer,
  Refusal,
  type SigningJob,
  type VerifyingJob,
} from '../table/peer.ts';
import { runColophon } from './colophon-command.ts';

/** The product, by its command line, run from its sources. */
export function colophon({ files }: Stack): Peer {
  const configFor = (job: SigningJob): string =>
    logVersion(job.form) === 1 ? files.trustConfigV1 : files.trustConfigV2;
  const signMessage = (job: SigningJob): Promise<unknown> => sign(job, configFor(job));
  const attestBundle = (job: SigningJob): Promise<unknown> => attest(job, configFor(job), 'bundle');
  const verify = (job: VerifyingJob): Promise<unknown> =>
    mustRun([
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
      'message-v1': signMessage,
      'message-v2': signMessage,
      'dsse-v1': attestBundle,
      'dsse-v2': attestBundle,
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

/** The command line knows no version here: it takes the highest that the configuration has. */
async function sign(job: SigningJob, trustConfig: string): Promise<void> {
  const where = ['--trust-config', trustConfig, '--bundle', job.output];
  await mustRun(['sign', job.artifact, '--identity-token', job.token, ...where]);
}

async function attest(job: SigningJob, trustConfig: string, format: keyof typeof suffixes): Promise<void> {
  const folder = `${job.output}.out`;
  await mkdir(folder);
  const where = ['--trust-config', trustConfig, '--output-directory', folder];
  await mustRun(['attest', job.artifact, '--format', format, '--identity-token', job.token, ...where]);
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
    case 'CircleCI':
      return `circleci:${publisher.project_id}/${publisher.pipeline_definition_id}`;
    default:
      return undefined;
  }
}

/** The statuses with which the product says no: input, verification, evidence, trust, identity, a service. */
const refusals = new Set([20, 21, 30, 31, 32, 40, 41, 42, 43]);

async function mustRun(argv: readonly string[]): Promise<void> {
  const { status, stderr } = await runColophon(argv);
  const said = `exit ${status}: ${stderr.split('\n').slice(0, 4).join(' ')}`;
  if (refusals.has(status)) throw new Refusal(said);
  if (status !== 0) throw new Error(said);
}
