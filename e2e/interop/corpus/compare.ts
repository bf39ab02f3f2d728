// SPDX-License-Identifier: Apache-2.0
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FINDING_CODES } from '@colophon/dist';
import { type CorpusFile, readCorpus } from './corpus-file.ts';
import {
  type CheckVerdict,
  type CorpusTools,
  type IndexVerdict,
  judgeByCheck,
  judgeByIndex,
  judgeByLibraries,
  judgeByTwine,
  type LibraryVerdict,
  startCorpusIndex,
} from './corpus-judges.ts';
import { CHECK_ALONE, INDEX_ALONE, SAID_OTHERWISE, TWINE_ALONE, WITHOUT_FILE } from './differences.ts';

interface Judged {
  readonly file: CorpusFile;
  readonly check: CheckVerdict;
  readonly index: IndexVerdict | undefined;
  readonly library: LibraryVerdict;
  /** Whether twine lets it pass. */
  readonly twine: boolean;
}

export interface CorpusResult {
  /** For a person: where the judges differ, and why. */
  readonly table: string;
  readonly faults: readonly string[];
  readonly report: { readonly files: number; readonly refused: number; readonly rows: number };
}

const UNREAD: LibraryVerdict = { fields: null, refusal: null, renders: true };

/** Lets check, twine, PyPI's own libraries and the sandbox's index judge every file of the corpus, and compares. */
export async function compareCorpus(tools: CorpusTools, folder: string): Promise<CorpusResult> {
  const files = await readCorpus(tools.corpus);
  const judged = await judgeAll(tools, files);
  const home = join(folder, 'corpus');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'corpus.json'), JSON.stringify(judged, undefined, 1));
  const faults = [...judged.flatMap(faultsOf), ...missingRows(files), ...backendFaults(files)];
  const rows = new Set(files.flatMap(({ code }) => code ?? [])).size;
  const refused = judged.filter(({ index }) => index !== undefined).length;
  return { table: differencesTable(judged), faults, report: { files: files.length, refused, rows } };
}

async function judgeAll(tools: CorpusTools, files: readonly CorpusFile[]): Promise<Judged[]> {
  const [libraries, twine] = await Promise.all([judgeByLibraries(tools, files), judgeByTwine(tools, files)]);
  const sandbox = await startCorpusIndex(libraries);
  try {
    const judged: Judged[] = [];
    for (const file of files) {
      const library = libraries.get(file.path) ?? UNREAD;
      const check = await judgeByCheck(tools, file);
      const index = await judgeByIndex(sandbox, file, library);
      judged.push({ file, check, index, library, twine: twine.get(file.path) ?? false });
    }
    return judged;
  } finally {
    await sandbox.close();
  }
}

function faultsOf(judged: Judged): string[] {
  const { file, check, index, library, twine } = judged;
  const fault = (what: string) =>
    `corpus: ${file.filename} (${file.code ?? 'good'}): ${what}; check found [${check.findings.join(', ')}], ` +
    `the index said ${index === undefined ? 'nothing' : JSON.stringify(index.words)}`;
  const faults: string[] = [];
  const wanted = file.code === undefined ? '' : `${file.severity} ${file.code}`;
  if (check.findings.join(', ') !== wanted) faults.push(fault('check did not find that alone'));
  if ((index !== undefined) !== isRefusedByIndex(file)) faults.push(fault('the index judged otherwise'));
  if (index !== undefined && !meansTheSame(file, index))
    faults.push(fault(`the index meant ${index.reason}`));
  const bad = check.findings.some((finding) => finding.startsWith('error'));
  if ((check.status === 0) === bad || (check.strictStatus === 0) !== (wanted === ''))
    faults.push(fault(`check gave ${check.status}, and ${check.strictStatus} with --strict`));
  if (!twine && check.strictStatus === 0) faults.push(fault('twine check --strict refuses it'));
  if (twine && isTwinesBusiness(file)) faults.push(fault('twine check --strict takes it'));
  if (library.refusal !== null && check.strictStatus === 0)
    faults.push(fault(`PyPI's libraries refuse it: ${library.refusal}`));
  if (library.refusal !== null && index === undefined && file.code !== 'metadata-unreadable')
    faults.push(fault(`PyPI's libraries refuse it: ${library.refusal}`));
  return faults;
}

function isRefusedByIndex({ code, severity, filename }: CorpusFile): boolean {
  if (code === undefined) return false;
  if (severity === 'warning') return INDEX_ALONE[code] !== undefined;
  // Of these two PyPI minds the one in zips only.
  const sdistOnly = code === 'archive-bomb' || code === 'archive-name';
  return CHECK_ALONE[code] === undefined || (sdistOnly && filename.endsWith('.whl'));
}

function meansTheSame({ code }: CorpusFile, { reason }: IndexVerdict): boolean {
  if (code === undefined) return false;
  return reason !== undefined && (SAID_OTHERWISE[code] ?? [code]).includes(reason);
}

/** Twine judges the description, whether there is one and of which type it is; beside that, what packaging knows. */
function isTwinesBusiness({ code }: CorpusFile): boolean {
  return code === 'description-render' || (code !== undefined && TWINE_ALONE[code] !== undefined);
}

function missingRows(files: readonly CorpusFile[]): string[] {
  const present = new Set(files.map(({ code }) => code));
  return FINDING_CODES.filter((code) => present.has(code) === (WITHOUT_FILE[code] !== undefined)).map(
    (code) => `corpus: ${code} ${present.has(code) ? 'has a file, and is said to have none' : 'has no file'}`,
  );
}

function backendFaults(files: readonly CorpusFile[]): string[] {
  return files.length >= 60 ? [] : [`corpus: ${files.length} files only`];
}

function differencesTable(judged: readonly Judged[]): string {
  const lines = judged.flatMap(({ file, index, check, twine }) => {
    const { code } = file;
    if (code === undefined) return [];
    const why = (index === undefined ? CHECK_ALONE : INDEX_ALONE)[code];
    if (why === undefined || (check.status === 0) === (index === undefined)) return [];
    const cells = [file.filename.slice(0, 44), code, String(check.status), twine ? 'takes' : 'refuses'];
    return [`| ${[...cells, index === undefined ? 'takes' : 'refuses', why].join(' | ')} |`];
  });
  const head =
    '| file | finding | check | twine --strict | index | why they differ |\n| --- | --- | --- | --- | --- | --- |';
  return `\nCorpus: ${judged.length} files; where check and the index part:\n\n${head}\n${lines.join('\n')}\n\n`;
}
