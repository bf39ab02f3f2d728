// SPDX-License-Identifier: Apache-2.0
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { timed } from './build/progress.ts';
import { runFaults } from './faults/fault-suite.ts';
import { checkInputs } from './inputs/suite.ts';
import { checkPredicates } from './predicates/suite.ts';
import { checkProtocol } from './paths/conformance-client.ts';
import { runPaths } from './paths/path-suite.ts';
import { cosign } from './peers/cosign.ts';
import { pypiAttestations } from './peers/pypi-attestations.ts';
import { PythonDriver } from './peers/python-driver.ts';
import { sigstoreGo } from './peers/sigstore-go.ts';
import { sigstorePython } from './peers/sigstore-python.ts';
import { stockJavascript } from './peers/stock-javascript.ts';
import type { Rig } from './rig.ts';
import type { Stack } from './stack/stack.ts';

export interface ServicesReport {
  readonly table: string;
  /** What is not as it must be, one line each. */
  readonly faults: readonly string[];
}

/**
 * Signs against the services by every path, by the protocol of the conformance suite, and then under every fault. `wheel`
 * is the table's, which has a statement about it.
 */
export async function againstServices(
  { tools, folder }: Rig,
  stack: Stack,
  wheel: string,
): Promise<ServicesReport> {
  const paths = await timed('signing paths', () => signingPaths({ tools, folder }, stack, wheel));
  const client = await timed('conformance client', () =>
    checkProtocol({
      stack,
      folder: join(folder, 'protocol'),
      artifact: wheel,
      statement: join(folder, 'table', 'statement.json'),
      sigstoreGo: tools.go.sigstoreGo,
    }).then(
      () => [],
      (error: Error) => [`conformance client: ${error.message}`],
    ),
  );
  const faults = await timed('faults', () => runFaults(stack, wheel, join(folder, 'faults')));
  await cp(join(folder, 'faults', 'faults.log'), stack.services.logFile('faults'));
  return {
    table: `${paths.table}\n${faults.table}\n`,
    faults: [...paths.faults, ...client, ...faults.faults],
  };
}

async function signingPaths({ tools, folder }: Rig, stack: Stack, wheel: string): Promise<ServicesReport> {
  const python = await PythonDriver.start(
    tools.python.interpreter,
    stack.files,
    join(folder, 'python-paths'),
  );
  try {
    const paths = await runPaths({
      stack,
      wheel,
      folder: join(folder, 'paths'),
      bundleJudges: [
        sigstorePython(stack, python),
        sigstoreGo(tools.go.sigstoreGo, stack, python),
        cosign(tools.go.cosign, stack, python),
        stockJavascript(stack, python),
      ],
      attestationJudge: pypiAttestations(stack, python),
    });
    const inputs = await timed('inputs and policies', () =>
      checkInputs({ tools, stack, python, wheel, folder: join(folder, 'inputs') }),
    );
    const predicates = await timed('predicates', () =>
      checkPredicates({ tools, stack, python, folder: join(folder, 'predicates') }),
    );
    return {
      table: `${paths.table}\n${inputs.table}\n${predicates.table}`,
      faults: [...paths.faults, ...inputs.faults, ...predicates.faults],
    };
  } finally {
    await python.close();
  }
}
