// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { timed } from '../build/progress.ts';
import { startDevpi, startPypiserver } from '../indexes/private-index.ts';
import type { Rig } from '../rig.ts';
import { ServiceGroup } from '../stack/service-group.ts';
import { checkClientUploads } from './client-uploads.ts';
import { compareForms } from './form-comparison.ts';
import { checkVariables, comparePypirc } from './pypirc-comparison.ts';
import { checkPrivatePublishing } from './private-publishing.ts';
import type { VerdictCounts } from './verdicts/compare.ts';
import { checkVerdicts } from './verdicts/verdicts.ts';

export interface IndexReport extends VerdictCounts {
  /** Files that twine and uv uploaded, pip and uv installed, and Colophon verified. */
  readonly clientFiles: number;
  /** Fields of the forms that twine and Colophon send for the same dists: the same. */
  readonly formFields: number;
  /** Configuration files that Python, twine and Colophon read the same way. */
  readonly pypircFiles: number;
}

export interface IndexResult {
  readonly report: IndexReport;
  /** For a person: where the index's verdicts are stricter. */
  readonly text: string;
  /** What is not as it must be, a line each. */
  readonly faults: readonly string[];
}

/**
 * The sandbox index before people's clients and beside pypi-attestations. Needs no other service. Throws where a client
 * or the product fails; differing verdicts are faults.
 */
export async function checkIndex({ tools, folder }: Rig): Promise<IndexResult> {
  const home = join(folder, 'index');
  const clientFiles = await timed('index: twine, uv and pip', () =>
    checkClientUploads(tools, join(home, 'clients')),
  );
  const { formFields, pypircFiles } = await timed('index: twine beside us', () => compareHabits(tools, home));
  const { counts, text, faults } = await timed('index: verdicts', () =>
    checkVerdicts(tools.python.interpreter, join(home, 'verdicts')),
  );
  return { report: { clientFiles, formFields, pypircFiles, ...counts }, text, faults };
}

/** What twine and Colophon send, and what they take people's settings for. */
async function compareHabits({ python }: Rig['tools'], home: string) {
  await checkVariables(python);
  const pypircFiles = await comparePypirc(python);
  return { pypircFiles, formFields: await compareForms(python, join(home, 'forms')) };
}

/** Colophon publishes to devpi-server and to pypiserver, started for it and stopped again. */
export async function checkPrivateIndexes({ tools, folder }: Rig): Promise<void> {
  const home = join(folder, 'private');
  await mkdir(home, { recursive: true });
  const services = new ServiceGroup(home);
  try {
    for (const start of [startDevpi, startPypiserver]) {
      const index = await start(services, tools.python, home);
      await checkPrivatePublishing(tools.python, index, join(home, `to-${index.name}`));
    }
  } finally {
    await services.close();
  }
}
