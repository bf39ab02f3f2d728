// SPDX-License-Identifier: Apache-2.0
import { parseDistributionFilename, parseWheelFilename, type SourceName } from './distribution-filename.ts';
import type { ReleaseMetadata } from './metadata-rules.ts';
import { isSupportedPlatform } from './platform-tag.ts';
import { pythonQuoted } from './python-text.ts';
import { normalizedProjectName } from './python-version.ts';
import { Refusal } from './refusal.ts';
import { WarehouseError } from './warehouse-error.ts';

const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  sdist: ['.zip', '.tar.gz'],
  bdist_wheel: ['.whl'],
};

/** The checks of a file's name alone (pypi.md §3, check 9). @throws Refusal 400 */
export function assertFilename(filename: string, filetype: string): void {
  if (Array.from(filename).some((char) => char < ' ' || char === '\x7f'))
    throw new Refusal(
      400,
      'Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) in the name.',
    );
  if (/[/\\]/.test(filename)) throw new Refusal(400, "Cannot upload a file with '/' or '\\' in the name.");
  const extension = /.\.(?:tar\.gz|zip|whl)$/i.exec(filename)?.[0].slice(1);
  if (!extension)
    throw new Refusal(
      400,
      'Invalid file extension: Use .tar.gz, .whl or .zip extension. See https://www.python.org/dev/peps/pep-0527 ' +
        'and https://peps.python.org/pep-0715/ for more information',
    );
  if (!EXTENSIONS[filetype]?.includes(extension))
    throw new Refusal(
      400,
      `Invalid file extension: Extension ${extension} is invalid for filetype ${filetype}. ` +
        'See https://www.python.org/dev/peps/pep-0527 for more information.',
    );
}

/** The file's name against the release that it is for (pypi.md §3, checks 16 and 17). @throws Refusal 400 */
export function assertNamedForRelease(filename: string, project: string, metadata: ReleaseMetadata): void {
  if (filename.endsWith('.whl')) assertWheelNamed(filename, project, metadata);
  else assertSourceNamed(filename, project, metadata);
}

function assertSourceNamed(filename: string, project: string, { version }: ReleaseMetadata): void {
  const prefix = underscored(project);
  const parsed = sourceName(filename);
  // A post-release written with a dash parses as a longer name and a shorter version.
  const dashed = version.isPost && parsed.name !== normalizedProjectName(project) && /-.*-/.test(filename);
  const name = dashed ? filename.split('-').slice(0, -2).join('-') : parsed.name;
  if (normalizedProjectName(name) !== normalizedProjectName(project)) throw wrongStart(project, prefix);
  const expected = `${prefix}-${version.text}.tar.gz`;
  if (filename !== expected)
    throw new Refusal(
      400,
      `Filename ${pythonQuoted(filename)} is invalid, should be ${pythonQuoted(expected)}.`,
    );
}

function sourceName(filename: string): SourceName {
  try {
    const parsed = parseDistributionFilename(filename);
    if (parsed.kind === 'source') return parsed;
  } catch {
    // Warehouse has words of its own here.
  }
  throw new Refusal(400, `Invalid source distribution filename: ${filename}`);
}

function assertWheelNamed(filename: string, project: string, { version }: ReleaseMetadata): void {
  const prefix = underscored(project);
  const wheel = wheelName(filename);
  for (const platform of wheel.platforms)
    if (!isSupportedPlatform(platform))
      throw new Refusal(400, `Binary wheel '${filename}' has an unsupported platform tag '${platform}'.`);
  if (wheel.name !== normalizedProjectName(project)) throw wrongStart(project, prefix);
  const written = filename.slice(0, filename.indexOf('-'));
  if (written !== prefix)
    throw new Refusal(
      400,
      `Filename ${pythonQuoted(filename)} should contain the normalized project name ${pythonQuoted(prefix)}, ` +
        `not ${pythonQuoted(written)}.`,
    );
  if (wheel.version.canonical !== version.canonical)
    throw new Refusal(400, `Version in filename should be '${version.text}' not '${wheel.version.text}'.`);
}

function wheelName(filename: string) {
  try {
    return parseWheelFilename(filename);
  } catch (cause) {
    if (cause instanceof WarehouseError) throw new Refusal(400, cause.message, { cause });
    throw cause;
  }
}

function wrongStart(project: string, prefix: string): Refusal {
  return new Refusal(400, `Start filename for ${pythonQuoted(project)} with ${pythonQuoted(prefix)}.`);
}

function underscored(project: string): string {
  return normalizedProjectName(project).replaceAll('-', '_');
}
