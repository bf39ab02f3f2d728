// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { isAppError } from '@colophon/base';
import { isDistFilename, sha256File } from '@colophon/dist';
import type { TrustedRoot } from '@colophon/trust';
import { CliError, usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import {
  evidenceKind,
  findEvidence,
  kindFor,
  readEvidence,
  type EvidenceFile,
  type EvidenceKind,
} from '../evidence/evidence.ts';
import { planServed, readSpecs, type Unplanned } from '../publishing/index-plan.ts';
import { IndexReader } from '../publishing/index-reader.ts';
import type { IndexTarget } from '../verdict/index-verdict.ts';
import { inspectEvidence, type Inspected, type Inspection } from '../inspection/inspection.ts';
import { reportInspections } from '../inspection/inspection-report.ts';
import { loadTrustWithoutNetwork, refuseForeignIndex } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { isEvidenceName, requireOperands } from '../files/paths.ts';
import { expandDocuments, expandSubjects, type Subject } from '../verdict/subjects.ts';

/** Evidence to show, what it is about, and the words that would verify it. */
interface Exhibit {
  readonly shown: string;
  readonly sha256: string | undefined;
  readonly evidence: readonly EvidenceFile[];
  readonly absence: CliError;
  readonly verifyWith: (inspection: Inspection) => readonly string[];
}

const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+!-]*$/;

/** `inspect`: shows what evidence says. It judges nothing. */
export async function runInspect(args: Arguments, context: Context): Promise<Outcome> {
  const { host } = context;
  const operands = requireOperands(
    args.operands,
    'a file, its evidence, pypi:FILENAME, NAME==VERSION or a URL',
  );
  const evidence = operands.filter(isEvidenceName);
  const specs = readSpecs(operands.filter((operand) => !isEvidenceName(operand)));
  const index = args.text('index');
  if (specs.served.length === 0 && index !== undefined)
    throw usageError('--index: no index is asked for local files');
  if (specs.served.length > 0 && context.options.offline) throw usageError('--offline: the index is needed');
  if (specs.served.length > 0) refuseForeignIndex(index ?? 'pypi', context.options);
  const paths = specs.local.map(({ shown }) => shown);
  const local = paths.length === 0 ? [] : await expandSubjects(paths, host);
  const documents = (await Promise.all(evidence.map((one) => expandDocuments(one, host)))).flat();
  const findable = specs.served.length > 0 || [...documents, ...local].some((one) => !('error' in one));
  const roots = findable ? await knownRoots(context) : [];
  const shown: Inspected[] = [
    ...specs.unplanned.map(failed),
    ...(await inspectAll(documents, roots, (one) => exhibitDocument(one))),
    ...(await inspectAll(local, roots, (one) => exhibitFile(one, context))),
  ];
  if (specs.served.length > 0)
    await withClient(context, async (http) => {
      const reader = new IndexReader(index ?? 'pypi', http, host.signal);
      const planned = await planServed(specs.served, reader);
      shown.push(...(await inspectAll(planned, roots, (one) => exhibitServed(one, reader, index))));
    });
  host.signal.throwIfAborted();
  return reportInspections(shown, context);
}

// They only give logs their names: nothing is judged, nothing need be asked, and what was never fetched is done without.
async function knownRoots(context: Context): Promise<readonly TrustedRoot[]> {
  try {
    return (await loadTrustWithoutNetwork(context)).roots;
  } catch (error) {
    if (!isAppError(error) || !error.code.startsWith('ERR_TUF_')) throw error;
    context.talk.warn(`logs are shown by their ids: ${error.message}`);
    return [];
  }
}

function failed({ shown, error }: Unplanned): Inspected {
  if (!isAppError(error)) throw error;
  return { shown, sha256: undefined, attestations: [], errors: [error] };
}

async function inspectAll<T extends { readonly shown: string }>(
  targets: readonly T[],
  roots: readonly TrustedRoot[],
  exhibit: (target: T) => Promise<Exhibit>,
): Promise<Inspected[]> {
  const all: Inspected[] = [];
  for (const target of targets) {
    try {
      all.push(inspectExhibit(await exhibit(target), roots));
    } catch (error) {
      all.push(failed({ shown: target.shown, error }));
    }
  }
  return all;
}

function inspectExhibit(
  { shown, sha256, evidence, absence, verifyWith }: Exhibit,
  roots: readonly TrustedRoot[],
): Inspected {
  const errors: Error[] = evidence.flatMap((file) => ('error' in file ? [file.error] : []));
  const attestations: Inspected['attestations'][number][] = [];
  for (const piece of evidence.flatMap((file) => ('evidence' in file ? file.evidence : []))) {
    try {
      const inspection = inspectEvidence(piece, roots);
      attestations.push({ inspection, verifyWith: verifyWith(inspection) });
    } catch (error) {
      if (!isAppError(error)) throw error;
      errors.push(error);
    }
  }
  if (attestations.length + errors.length === 0) errors.push(absence);
  return { shown, sha256, attestations, errors };
}

async function exhibitDocument(document: Subject, kind?: EvidenceKind): Promise<Exhibit> {
  if ('error' in document) throw document.error;
  const { shown, path } = document;
  const evidence = await readEvidence(path, kind);
  const read = kindFor(shown, kind);
  const flag = read === 'jsonl' ? 'bundle' : read;
  return {
    shown,
    sha256: undefined,
    evidence: [evidence],
    absence: new CliError('ERR_NO_EVIDENCE', `${shown} holds no attestation`),
    verifyWith: ({ statement }) => {
      const name = statement?.subjects[0]?.name ?? '';
      // Its text is anybody's: it must not become an option of the command that is shown.
      const file = PLAIN_NAME.test(name) && isDistFilename(name) ? join(dirname(shown), name) : 'FILE';
      return ['verify', file, `--${flag}`, shown];
    },
  };
}

async function exhibitFile(subject: Subject, context: Context): Promise<Exhibit> {
  if ('error' in subject) throw subject.error;
  const { shown, path, filename } = subject;
  const sha256 = await sha256File(path, { signal: context.host.signal });
  const files = await findEvidence(path, sha256);
  const dist = isDistFilename(filename);
  const kind = dist || files.length > 0 ? undefined : await documentKind(path);
  if (kind !== undefined) return exhibitDocument(subject, kind);
  const elsewhere = dist ? `; \`colophon inspect pypi:${filename}\` asks PyPI` : '';
  return {
    shown,
    sha256,
    evidence: await Promise.all(files.map((file) => readEvidence(file))),
    absence: new CliError('ERR_NO_EVIDENCE', `${shown}: no evidence lies beside it${elsewhere}`),
    verifyWith: () => ['verify', shown],
  };
}

// What is too large for a document of evidence is a file like any other.
async function documentKind(path: string): Promise<EvidenceKind | undefined> {
  return evidenceKind(path).catch((error: unknown) => {
    if (isAppError(error) && error.code === 'ERR_READ_FILE') return undefined;
    throw error;
  });
}

async function exhibitServed(
  target: IndexTarget | Unplanned,
  reader: IndexReader,
  index: string | undefined,
): Promise<Exhibit> {
  if ('error' in target) throw target.error;
  const { shown, listed, dist } = target;
  const served = listed === undefined ? undefined : await reader.provenance(listed);
  return {
    shown,
    sha256: listed?.sha256,
    evidence: served === undefined ? [] : [served.evidence],
    absence: new CliError('ERR_NO_PROVENANCE', `${shown}: ${reader.name} has no provenance for it`),
    verifyWith: () => [
      'verify',
      'pypi',
      `pypi:${dist.filename}`,
      ...(index === undefined ? [] : ['--index', index]),
    ],
  };
}
