// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import { sha256File } from '@colophon/dist';
import { detectAmbientToken } from '@colophon/oidc';
import { parseClientTrustConfig } from '@colophon/trust';
import { type Attester, attestWheels } from '../services/attesting.ts';
import type { ServiceAddresses } from './services.ts';

/*
 * Ours as a warm process of its own, so that its memory is its own. Each message names wheels to attest; the answer says what
 * that took.
 */

export interface SignerTask {
  readonly wheels: readonly string[];
  readonly services: ServiceAddresses;
}

export interface SignerFigures {
  readonly wallMs: number;
  /** What hashing the same files takes by itself, one after the other, with nothing else going on in the process. */
  readonly hashingMs: number;
  /** Resident memory in MiB when it began, when half of the files were done, and at the end; and the most there ever was. */
  readonly rssMib: readonly [start: number, middle: number, end: number];
  readonly peakMib: number;
  /** Milliseconds of processor time. */
  readonly cpuMs: number;
}

const MIB = 1024 * 1024;
const IDENTITY = {
  kind: 'identity',
  identity: 'https://github.com/octo-org/sample-project/.github/workflows/release.yml@refs/tags/v1.0.0',
  issuer: 'https://token.actions.githubusercontent.com',
} as const;

process.on('message', (task: SignerTask) => {
  void attest(task).then(
    (figures) => process.send?.(figures),
    (error: unknown) => {
      process.stderr.write(`${basename(import.meta.filename)}: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));

async function attest({ wheels, services }: SignerTask): Promise<SignerFigures> {
  const attester = attesterOf(services);
  const rss = [rssMib()];
  const hashingMs = await hashAlone(wheels);
  let done = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  await attestWheels(wheels, attester, {
    bundles: false,
    onDone: () => {
      done += 1;
      if (done === Math.floor(wheels.length / 2)) rss.push(rssMib());
    },
  });
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const [first = 0, middle = 0] = rss;
  return {
    wallMs,
    hashingMs,
    rssMib: [first, middle, rssMib()],
    peakMib: process.resourceUsage().maxRSS / 1024,
    cpuMs: (user + system) / 1000,
  };
}

async function hashAlone(wheels: readonly string[]): Promise<number> {
  const start = performance.now();
  for (const wheel of wheels) await sha256File(wheel);
  return performance.now() - start;
}

/** A job of GitHub Actions: the token is asked for as one would be. */
function attesterOf({ clientTrustConfig, environment }: ServiceAddresses): Attester {
  const { trustedRoot, signingConfig } = parseClientTrustConfig(JSON.stringify(clientTrustConfig));
  return {
    trustedRoot,
    signingConfig,
    policies: { anyOf: [IDENTITY] },
    issueToken: async (http) => {
      const request = { environment, audience: 'sigstore', http, directHttp: http, now: () => new Date() };
      const token = await detectAmbientToken({ ...request, runCommand: () => Promise.resolve(undefined) });
      if (token === undefined) throw new TypeError('the environment is that of no job');
      return token.secret.reveal();
    },
  };
}

function rssMib(): number {
  return process.memoryUsage.rss() / MIB;
}
