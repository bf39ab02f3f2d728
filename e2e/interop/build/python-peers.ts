// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, keyOf } from './cache.ts';
import { findProgram, runCommand } from './command.ts';
import { MissingRequirement } from './missing-requirement.ts';
import { timed } from './progress.ts';

const locks = join(import.meta.dirname, '..', 'python');
const corpusBuilder = join(import.meta.dirname, '..', 'corpus', 'build_corpus.py');

/** A Python of its own with the locked peers; the folder of its interpreter holds their commands (twine, uv, pip …). */
export interface PythonPeers {
  readonly interpreter: string;
  readonly commands: string;
}

/** The Python that the peers' own is made from. */
export interface BasePython {
  readonly python: string;
  readonly version: string;
}

export async function findPython(): Promise<BasePython> {
  const python = findProgram('python3');
  if (python === undefined) throw new MissingRequirement('python3 is missing: install Python 3.11 or later');
  return { python, version: await pythonVersion(python) };
}

export async function buildPythonPeers(base: BasePython): Promise<PythonPeers> {
  return buildPython(base, 'requirements.txt', 'the peers');
}

/** What judges workflows, apart from the peers: it shares no package with them. */
export async function buildWorkflowTools(base: BasePython): Promise<PythonPeers> {
  return buildPython(base, 'workflow-tools.txt', 'the judges of workflows');
}

/** Build back-ends, and the libraries by which PyPI judges metadata, at its versions. */
export async function buildBackends(base: BasePython): Promise<PythonPeers> {
  return buildPython(base, 'backends.txt', 'the build back-ends');
}

/** The folder of the distributions that the back-ends built, good ones and bad ones, and of their manifest. */
export async function buildCorpus({ interpreter }: PythonPeers): Promise<string> {
  const key = keyOf(interpreter, await readFile(corpusBuilder));
  const folder = await cached(`corpus-${key}`, (target) =>
    timed('corpus: building distributions', async () => {
      await runCommand(interpreter, ['-I', corpusBuilder, join(target, 'corpus')]);
    }),
  );
  return join(folder, 'corpus');
}

async function buildPython(
  { python, version }: BasePython,
  lock: string,
  what: string,
): Promise<PythonPeers> {
  const requirements = join(locks, lock);
  const folder = await cached(`python-${keyOf(version, await readFile(requirements))}`, (target) =>
    timed(`python: installing ${what}`, () => install(python, target, requirements)),
  );
  const commands = join(folder, 'bin');
  return { interpreter: join(commands, 'python'), commands };
}

async function pythonVersion(python: string): Promise<string> {
  const source =
    'import ensurepip, sys, venv; print(sys.version, sys.base_prefix); sys.exit(sys.version_info < (3, 11))';
  return runCommand(python, ['-c', source]).catch(() => {
    throw new MissingRequirement('python3 is older than 3.11 or has no venv module');
  });
}

async function install(python: string, folder: string, requirements: string): Promise<void> {
  await runCommand(python, ['-m', 'venv', folder]);
  const pip = [
    '-m',
    'pip',
    'install',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--disable-pip-version-check',
  ];
  await runCommand(join(folder, 'bin', 'python'), [...pip, '-q', '-r', requirements]);
}
