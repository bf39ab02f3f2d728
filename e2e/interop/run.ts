// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say, timed } from './build/progress.ts';
import { allPeers } from './peers/all.ts';
import { PythonDriver } from './peers/python-driver.ts';
import { sigstorePython } from './peers/sigstore-python.ts';
import { type Rig, runInRig } from './rig.ts';
import { type Stack, startStack } from './stack/stack.ts';
import { type Cell, fillTable } from './table/cells.ts';
import { checkIssuers } from './table/issuer-check.ts';
import { renderTable, summarize } from './table/print.ts';
import { setScene } from './table/scene.ts';

const { values: options } = parseArgs({ options: { keep: { type: 'string' } } });

await runInRig(import.meta.filename, async (rig) => {
  const stack = await timed('stack: starting', () => startStack(rig.tools, join(rig.folder, 'stack')));
  try {
    const cells = await timed('table of pairs', () => pairs(rig, stack));
    process.stdout.write(`${renderTable(cells)}${JSON.stringify(summarize(cells))}\n`);
    return cells.some(({ outcome }) => outcome.kind === 'wrong') ? 1 : 0;
  } finally {
    await stack.close();
    if (options.keep !== undefined) await keep(rig.folder, options.keep);
  }
});

async function pairs({ tools, folder }: Rig, stack: Stack): Promise<Cell[]> {
  const python = await PythonDriver.start(tools.python.interpreter, stack.files, join(folder, 'python'));
  try {
    const scene = await setScene(stack, python, join(folder, 'table'));
    const peers = allPeers(tools, stack, python);
    await checkIssuers(sigstorePython(stack, python), scene);
    const cells = await fillTable(peers, scene);
    await writeFile(join(scene.folder, 'cells.json'), JSON.stringify(cells, undefined, 1));
    return cells;
  } finally {
    await python.close();
  }
}

/** Copies what helps to understand a run: the services' logs, all evidence, and every cell with the words of its refusals. */
async function keep(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const part of ['stack/logs', 'table', 'python/driver.log']) {
    await cp(join(from, part), join(to, part), { recursive: true, force: true }).catch(() => undefined);
  }
  say(`kept in ${to}`);
}
