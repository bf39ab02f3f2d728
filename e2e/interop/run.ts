// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { say, timed } from './build/progress.ts';
import { checkConversions } from './conversions/suite.ts';
import { compareCorpus } from './corpus/compare.ts';
import { checkPrivatePublishing } from './index/private-publishing.ts';
import { checkIndex } from './index/suite.ts';
import { startDevpi, startPypiserver } from './indexes/private-index.ts';
import { downloadWithPip, uploadWithTwine } from './indexes/round-trip.ts';
import { checkLogins } from './login/suite.ts';
import { allPeers } from './peers/all.ts';
import { PythonDriver } from './peers/python-driver.ts';
import { sigstorePython } from './peers/sigstore-python.ts';
import { againstServices } from './real-services.ts';
import { type Rig, runInRig } from './rig.ts';
import { compareSandbox } from './sandbox-comparison/compare.ts';
import { type Stack, startStack } from './stack/stack.ts';
import { type Cell, faultsOf, fillTable } from './table/cells.ts';
import { checkIssuers } from './table/issuer-check.ts';
import { renderTable, summarize } from './table/print.ts';
import { setScene, WHEEL_NAME } from './table/scene.ts';
import { checkWorkflows } from './workflows/suite.ts';

const { values: options } = parseArgs({ options: { keep: { type: 'string' } } });

await runInRig(import.meta.filename, async (rig) => {
  const stack = await timed('stack: starting', () => startStack(rig.tools, join(rig.folder, 'stack')));
  try {
    const cells = await timed('table of pairs', () => pairs(rig, stack));
    await timed('private indexes', () => privateIndexes(rig, stack));
    const sandbox = await timed('sandbox against the real', () => compareSandbox(stack));
    const index = await checkIndex(rig);
    const corpus = await timed('corpus: check, twine, PyPI’s libraries, the index', () =>
      compareCorpus(rig.tools, rig.folder),
    );
    const workflows = await timed('workflows', () => checkWorkflows(rig));
    const logins = await timed('logins', () => checkLogins(rig));
    const conversions = await timed('conversions', () => checkConversions(rig));
    const services = await againstServices(rig, stack, join(rig.folder, 'table', 'signed', WHEEL_NAME));
    const reports = [services.table, sandbox.table, logins.table, index.text, corpus.table].join('');
    const tables = `${renderTable(cells)}
${reports}`;
    say(`conversions: ${conversions.accepted} accepted by others`);
    say(`index: ${JSON.stringify(index.report)}`);
    process.stdout.write(`${tables}${JSON.stringify(summarize(cells))}\n`);
    const faults = [
      ...faultsOf(cells),
      ...services.faults,
      ...sandbox.faults,
      ...logins.faults,
      ...index.faults,
      ...corpus.faults,
      ...conversions.faults,
      ...workflows,
    ];
    for (const fault of faults) say(fault);
    return faults.length > 0 ? 1 : 0;
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

/** The private indexes take a wheel from twine and give pip the same bytes: they work. Then Colophon publishes to them. */
async function privateIndexes({ tools, folder }: Rig, { services }: Stack): Promise<void> {
  const home = join(folder, 'indexes');
  const wheel = join(folder, 'table', 'signed', WHEEL_NAME);
  const check = async (start: typeof startDevpi): Promise<void> => {
    const index = await start(services, tools.python, home);
    await uploadWithTwine(tools.python, index, [wheel]);
    const target = { requirement: 'octo-pkg==1.0.0', folder: join(home, 'from', index.name) };
    const bytes = await downloadWithPip(tools.python, index, target);
    if (!bytes.equals(await readFile(wheel))) throw new Error(`${index.name} gave other bytes than it got`);
    await checkPrivatePublishing(tools.python, index, join(home, 'published', index.name));
  };
  await Promise.all([startDevpi, startPypiserver].map(check));
}

/** Copies what helps to understand a run: the services' logs, all evidence, and every cell with the words of its refusals. */
async function keep(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const part of ['stack/logs', 'table', 'python/driver.log', 'index/verdicts/verdicts.json']) {
    await cp(join(from, part), join(to, part), { recursive: true, force: true }).catch(() => undefined);
  }
  say(`kept in ${to}`);
}
