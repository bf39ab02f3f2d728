// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { grown, issuedByFulcio, readLedger } from '../ledger.ts';
import { runColophon } from '../peers/colophon-command.ts';
import { type PathScene, verifyBeside } from './run-path.ts';
import type { Services } from './signing-paths.ts';

/** What a run over many files made, by the services' own figures. */
export interface Batch {
  readonly name: string;
  readonly files: number;
  /** By Fulcio's count, and by the growth of the certificate transparency log. */
  readonly certificates: readonly [fulcio: number, ctLog: number];
  readonly entries: number;
  readonly milliseconds: number;
  readonly wrong: readonly string[];
}

const FILES = 30;

/** Signs many files in one run: nothing else may run meanwhile. */
export async function runBatch(
  command: 'attest' | 'sign',
  services: Exclude<Services, 'both'>,
  scene: PathScene,
): Promise<Batch> {
  const name = `${command}, Rekor ${services}, ${FILES} files`;
  const files = await layOut(scene, `batch-${command}`);
  const [before, issued] = [await readLedger(scene.stack), await issuedByFulcio()];
  const source = { issuer: 'github', by: 'flag' } as const;
  const identity = ['--identity-token', scene.stack.issueToken(source.issuer)];
  const start = performance.now();
  const run = await runColophon([
    command,
    ...files,
    '--trust-config',
    scene.trustConfigs[services],
    ...identity,
  ]);
  const milliseconds = performance.now() - start;
  const made = grown(before, await readLedger(scene.stack));
  const certificates = [(await issuedByFulcio()) - issued, made.certificates] as const;
  const entries = services === 'v1' ? made.rekor1 : made.rekor2;
  const wrong: string[] = [];
  if (run.status !== 0) wrong.push(`exit ${run.status}: ${run.stderr}`);
  if (certificates.some((count) => count !== 1))
    wrong.push(`${certificates.join(' and ')} certificates, not 1`);
  if (entries !== FILES) wrong.push(`${entries} log entries, not ${FILES}`);
  await verifyBeside(files, scene.stack, { source }).catch((error: Error) => wrong.push(error.message));
  return { name, files: FILES, certificates, entries, milliseconds, wrong };
}

async function layOut({ folder, wheel }: PathScene, id: string): Promise<string[]> {
  const target = join(folder, id);
  await mkdir(target, { recursive: true });
  const names = Array.from({ length: FILES }, (_, index) =>
    basename(wheel).replace(/^([^-]+-[^-]+)-/, `$1-${index + 1}-`),
  );
  const files = names.map((name) => join(target, name));
  await Promise.all(files.map((file) => copyFile(wheel, file)));
  return files;
}
