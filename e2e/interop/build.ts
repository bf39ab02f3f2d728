// SPDX-License-Identifier: Apache-2.0
import { withCacheLock } from './build/cache.ts';
import { buildGoPrograms, findGo, type GoPrograms } from './build/go-programs.ts';
import { MissingRequirement } from './build/missing-requirement.ts';
import { say } from './build/progress.ts';
import {
  buildBackends,
  buildCorpus,
  buildPythonPeers,
  buildWorkflowTools,
  findPython,
  type PythonPeers,
} from './build/python-peers.ts';
import { findSystemPrograms, type SystemPrograms } from './build/system-packages.ts';

/** Everything that a run starts: the real services, the peers, and the system's own programs. */
export interface Tools {
  readonly go: GoPrograms;
  readonly python: PythonPeers;
  /** Build back-ends, and what PyPI judges metadata by. */
  readonly backends: PythonPeers;
  /** Folder of distributions that they built. */
  readonly corpus: string;
  readonly workflowTools: PythonPeers;
  readonly system: SystemPrograms;
}

/** Builds or finds all tools. Cold this takes minutes, warm a fraction of a second. Throws MissingRequirement. */
export async function buildTools(): Promise<Tools> {
  // What is missing is said before the first minute is spent on building.
  const [base, toolchain] = [await findPython(), await findGo()];
  return withCacheLock(async () => {
    const system = await findSystemPrograms();
    const python = await buildPythonPeers(base);
    const workflowTools = await buildWorkflowTools(base);
    const backends = await buildBackends(base);
    const corpus = await buildCorpus(backends);
    const go = await buildGoPrograms(toolchain);
    return { go, python, workflowTools, backends, corpus, system };
  });
}

/** Says in one line what is wrong, and gives the exit status: 2 where the machine lacks something, else 1. */
export function reportFailure(error: unknown): number {
  if (error instanceof MissingRequirement) {
    say(error.message);
    return 2;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

if (import.meta.main) {
  const start = performance.now();
  try {
    const tools = await buildTools();
    say(`all tools are there (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    process.stdout.write(`${JSON.stringify(tools, undefined, 2)}\n`);
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}
