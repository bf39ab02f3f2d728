// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runColophon } from '../peers/colophon-command.ts';
import type { Rig } from '../rig.ts';
import { findRealFiles, REAL_BUNDLE, REAL_EVIDENCE, type RealEvidence } from './evidence.ts';
import { type Judge, pypiAttestationsCommand, sigstoreCommand, sigstoreGoClient } from './judges.ts';

export interface ConversionsReport {
  readonly accepted: number;
  readonly faults: readonly string[];
}

const SOMEBODY_ELSE = 'https://github.com/octo-org/sampler/.github/workflows/release.yml@refs/tags/v1';

/**
 * What `convert` makes of real evidence is verified by the programs of others under the production root; and refused by
 * the same programs for somebody else's identity, so that they did judge.
 */
export async function checkConversions({ tools, folder: work }: Rig): Promise<ConversionsReport> {
  const { folder, trustedRoot } = findRealFiles();
  const [sigstore, go] = [sigstoreCommand(tools), sigstoreGoClient(tools, trustedRoot)];
  const faults: string[] = [];
  let accepted = 0;
  const hold = async (name: string, judge: Judge, at: string, real: RealEvidence): Promise<void> => {
    const judged = { ...real, artifact: join(folder, real.dist), evidence: at };
    if (await judge(judged)) accepted += 1;
    else faults.push(`conversions: ${name} refuses ${at}`);
    if (await judge({ ...judged, identity: SOMEBODY_ELSE }))
      faults.push(`conversions: ${name} takes ${at} as somebody else's`);
  };
  for (const [index, real] of REAL_EVIDENCE.entries()) {
    const sources = real.sources.map((suffix) => join(folder, real.dist + suffix));
    const out = join(work, 'conversions', String(index));
    await mkdir(out, { recursive: true });
    for (const bundle of await bundlesOf(sources, join(out, 'bundles')))
      await hold('sigstore', sigstore, bundle, real);
    for (const line of await linesOf(sources, join(out, 'all.jsonl')))
      await hold('sigstore-go', go, line, real);
  }
  const back = await attestationOf(REAL_BUNDLE, folder, join(work, 'conversions', 'back'));
  await hold(
    'pypi-attestations',
    (one) => pypiAttestationsCommand(tools)({ ...one, artifact: back }),
    back,
    REAL_BUNDLE,
  );
  return { accepted, faults };
}

async function bundlesOf(sources: readonly string[], folder: string): Promise<string[]> {
  await mustConvert([...sources, '--to', 'bundle', '--output-directory', folder]);
  return (await readdir(folder)).map((name) => join(folder, name));
}

/** Each line as a file: gh reads lines up to their newline, and its library's client reads one bundle. */
async function linesOf(sources: readonly string[], path: string): Promise<string[]> {
  await mustConvert([...sources, '--to', 'jsonl', '--output', path]);
  const text = await readFile(path, 'utf8');
  if (!text.endsWith('\n')) throw new Error('gh ignores a last line without a newline');
  const lines = text.trimEnd().split('\n');
  if (lines.length !== sources.length) throw new Error(`${lines.length} lines of ${sources.length} sources`);
  return Promise.all(
    lines.map(async (line, index) => {
      const file = `${path}.${index}.json`;
      await writeFile(file, `${line}\n`);
      return file;
    }),
  );
}

/** The dist with what `convert` made of its bundle beside it. */
async function attestationOf({ dist, sources }: RealEvidence, from: string, to: string): Promise<string> {
  await mkdir(to, { recursive: true });
  const copy = join(to, dist);
  await copyFile(join(from, dist), copy);
  const bundle = join(from, `${dist}${sources[0]}`);
  await mustConvert([bundle, '--to', 'pep740', '--output', `${copy}.publish.attestation`]);
  return copy;
}

async function mustConvert(argv: readonly string[]): Promise<void> {
  const { status, stderr } = await runColophon(['convert', ...argv]);
  if (status !== 0) throw new Error(`convert ended with ${status}\n${stderr}`);
}
