// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { parseDistFilename } from '@colophon/dist';
import { mapLimited } from '../concurrency.ts';
import type { Host } from '../host.ts';
import type { IndexReader } from './index-reader.ts';
import {
  parseIndexSpec,
  type IndexSpec,
  type LocalSpec,
  type ReleaseSpec,
  type ServedFileSpec,
} from './index-spec.ts';
import { otherFiles, unattestable } from './other-files.ts';
import type { IndexTarget } from '../verdict/index-verdict.ts';
import { expandSubjects } from '../verdict/subjects.ts';

/** A word that names nothing to verify, and why: it is one file's failure, not the run's. */
export interface Unplanned {
  readonly shown: string;
  readonly error: unknown;
}

/** The words of a command line, by where their files are. */
export interface SpecList {
  readonly served: readonly (ReleaseSpec | ServedFileSpec)[];
  readonly local: readonly LocalSpec[];
  readonly unplanned: readonly Unplanned[];
}

const PAGES_AT_ONCE = 8;

/** Sorts operands by their shape. @throws CliError ERR_USAGE for one that is no kind of SPEC */
export function readSpecs(operands: readonly string[]): SpecList {
  const specs = operands.map(readSpec);
  return {
    served: specs.filter((spec) => 'kind' in spec && spec.kind !== 'local'),
    local: specs.filter((spec) => 'kind' in spec && spec.kind === 'local'),
    unplanned: specs.filter((spec) => 'error' in spec),
  };
}

function readSpec(operand: string): IndexSpec | Unplanned {
  try {
    return parseIndexSpec(operand);
  } catch (error) {
    if (!isAppError(error) || error.code === 'ERR_USAGE') throw error;
    return { shown: operand, error };
  }
}

/** What an index lists for each SPEC. */
export async function planServed(
  specs: SpecList['served'],
  index: IndexReader,
): Promise<(IndexTarget | Unplanned)[]> {
  const planned = await mapLimited(specs, PAGES_AT_ONCE, (spec) => planSpec(spec, index));
  return planned.flat();
}

async function planSpec(
  spec: ReleaseSpec | ServedFileSpec,
  index: IndexReader,
): Promise<(IndexTarget | Unplanned)[]> {
  const { shown } = spec;
  try {
    if (spec.kind === 'file') return [{ shown, dist: spec.dist, listed: await index.file(spec) }];
    const files = await index.release(spec);
    return files.map((listed) => {
      const { filename } = listed;
      return { shown: filename, dist: parseDistFilename(filename), listed };
    });
  } catch (error) {
    return [{ shown, error }];
  }
}

/**
 * What releases have on an index beside wheels and sdists. Installers pass it over, and who asks for every file of a
 * release must hear of it.
 */
export async function planOthers(specs: SpecList['served'], index: IndexReader): Promise<Unplanned[]> {
  const releases = specs.filter((spec) => spec.kind === 'release');
  const others = await mapLimited(releases, PAGES_AT_ONCE, async (release) => {
    const page = await index.project(release.project).catch(() => undefined);
    const files = page === undefined ? [] : otherFiles(page, release);
    return files.map(({ filename }) => ({
      shown: filename,
      error: unattestable(filename, { release, index }),
    }));
  });
  return others.flat();
}

/** The distributions on this machine that paths, folders and globs name. */
export async function planLocal(specs: SpecList['local'], host: Host): Promise<(IndexTarget | Unplanned)[]> {
  if (specs.length === 0) return [];
  const operands = specs.map(({ shown }) => shown);
  return (await expandSubjects(operands, host)).map((subject) => {
    if ('error' in subject) return subject;
    const { shown, path, filename } = subject;
    try {
      return { shown, dist: parseDistFilename(filename), path };
    } catch (error) {
      return { shown, error };
    }
  });
}
