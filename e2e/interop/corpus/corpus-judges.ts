// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadRefusal } from '@colophon/pypi';
import { type Sandbox, startSandbox } from '@colophon/sandbox';
import type { Tools } from '../build.ts';
import { runCommand } from '../build/command.ts';
import { runColophon } from '../index/job.ts';
import type { CorpusFile } from './corpus-file.ts';

export type CorpusTools = Pick<Tools, 'python' | 'backends' | 'corpus'>;

/** What the libraries that PyPI runs say of a file's metadata. */
export interface LibraryVerdict {
  /** Fields of the upload form; null where no metadata can be read. */
  readonly fields: readonly (readonly [name: string, value: string])[] | null;
  readonly refusal: string | null;
  readonly renders: boolean;
}

export interface CheckVerdict {
  /** `error code` and the like, in order. */
  readonly findings: readonly string[];
  readonly status: number;
  readonly strictStatus: number;
}

/** What the index did: the words of its refusal and which one it is, or nothing. */
export interface IndexVerdict {
  readonly words: string;
  readonly reason: string | undefined;
}

/** `colophon check`, with and without --strict; reStructuredText by the back-ends' Python. */
export async function judgeByCheck({ backends }: CorpusTools, file: CorpusFile): Promise<CheckVerdict> {
  const environment = { PATH: backends.commands };
  const run = await runColophon(['check', '--json', file.path], '/', environment);
  const strict = await runColophon(['check', '--strict', '--quiet', file.path], '/', environment);
  const { files } = JSON.parse(run.stdout) as {
    files: readonly { findings: readonly { severity: string; code: string }[] }[];
  };
  const findings = (files[0]?.findings ?? []).map(({ severity, code }) => `${severity} ${code}`);
  return { findings, status: run.status, strictStatus: strict.status };
}

/** packaging, trove-classifiers, email-validator, rfc3986 and readme_renderer, at PyPI's versions. */
export async function judgeByLibraries(
  { backends }: CorpusTools,
  files: readonly CorpusFile[],
): Promise<ReadonlyMap<string, LibraryVerdict>> {
  const script = join(import.meta.dirname, 'metadata_judge.py');
  const answer = await runCommand(backends.interpreter, ['-I', script, ...files.map(({ path }) => path)]);
  return new Map(Object.entries(JSON.parse(answer) as Record<string, LibraryVerdict>));
}

/** Whether `twine check --strict` lets a file pass. */
export async function judgeByTwine(
  { python }: CorpusTools,
  files: readonly CorpusFile[],
): Promise<ReadonlyMap<string, boolean>> {
  const script = join(import.meta.dirname, 'twine_judge.py');
  const answer = await runCommand(python.interpreter, ['-I', script, ...files.map(({ path }) => path)]);
  const verdicts = Object.entries(JSON.parse(answer) as Record<string, boolean | string>);
  return new Map(verdicts.map(([path, verdict]) => [path, verdict === true]));
}

/** The sandbox's index, which founds a project for every file and renders as the libraries do. */
export async function startCorpusIndex(verdicts: ReadonlyMap<string, LibraryVerdict>): Promise<Sandbox> {
  const broken = new Set(
    Array.from(verdicts.values(), ({ fields, renders }) => (renders ? '' : descriptionOf(fields))),
  );
  return startSandbox({
    warehouse: {
      apiTokens: [{ token: 'pypi-corpus', projects: 'user' }],
      // A form on the wire has CRLF for every line end.
      renderRst: (text) => Promise.resolve(!broken.has(text.replaceAll('\r\n', '\n'))),
    },
  });
}

function descriptionOf(fields: LibraryVerdict['fields']): string {
  return fields?.find(([name]) => name === 'description')?.[1] ?? '';
}

/** A real upload, with the fields that a client would send; where there is no metadata, those of the file name. */
export async function judgeByIndex(
  { index }: Sandbox,
  { path, filename }: CorpusFile,
  { fields }: LibraryVerdict,
): Promise<IndexVerdict | undefined> {
  const bytes = await readFile(path);
  const wheel = !/\.(?:tar\.gz|zip)$/.test(filename);
  const [name = '', version = '', python = ''] = filename.split('-');
  const form = new FormData();
  const metadata = fields ?? [
    ['metadata_version', '2.1'],
    ['name', name.replace(/\.whl$/, '')],
    ['version', version.replace(/\.(?:tar\.gz|zip)$/, '') || '1.0'],
  ];
  for (const [field, value] of [[':action', 'file_upload'], ...metadata] as [string, string][])
    form.append(field, value);
  form.append('filetype', wheel ? 'bdist_wheel' : 'sdist');
  form.append('pyversion', wheel ? python || 'py3' : 'source');
  form.append('sha256_digest', createHash('sha256').update(bytes).digest('hex'));
  form.append('content', new Blob([bytes], { type: 'application/octet-stream' }), filename);
  const authorization = `Basic ${Buffer.from('__token__:pypi-corpus').toString('base64')}`;
  const headers = { authorization, accept: 'application/json' };
  const response = await fetch(index.uploadUrl, { method: 'POST', body: form, headers });
  if (response.ok) return undefined;
  const { message } = (await response.json()) as { message: string };
  return { words: message, reason: uploadRefusal(message) };
}
