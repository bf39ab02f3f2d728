// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportFailure } from '../build.ts';
import { withCacheLock } from '../build/cache.ts';
import { say } from '../build/progress.ts';
import { buildBackends, buildCorpus, buildPythonPeers, findPython } from '../build/python-peers.ts';
import { compareCorpus } from './compare.ts';

// The corpus alone: it needs Python, and neither Go nor root.
const folder = await mkdtemp(join(tmpdir(), 'colophon-corpus-'));
try {
  const base = await findPython();
  const tools = await withCacheLock(async () => {
    const [python, backends] = [await buildPythonPeers(base), await buildBackends(base)];
    return { python, backends, corpus: await buildCorpus(backends) };
  });
  const { table, faults, report } = await compareCorpus(tools, folder);
  process.stdout.write(`${table}${JSON.stringify(report)}\n`);
  for (const fault of faults) say(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  process.exitCode = reportFailure(error);
} finally {
  await rm(folder, { recursive: true, force: true });
}
