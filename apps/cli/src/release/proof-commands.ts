// SPDX-License-Identifier: Apache-2.0
import type { GlobalOptions } from '../options/global.ts';
import { formatPublisher, type PublisherText } from '../identity/publisher-text.ts';
import { shellLine } from '../render/shell-words.ts';
import type { ProjectRelease } from './project-release.ts';
import type { ReleaseSettings } from './release-settings.ts';

/**
 * The command lines by which anyone can verify a release, as they would type them: ours, and for PyPI also those of
 * pypi-attestations, so that nobody need take our word. None where nothing is attested, or the index was a sandbox's.
 */
export function proofCommands(
  { project, version, files }: ProjectRelease,
  { attesting, index, context, lasting }: ReleaseSettings,
): string[] {
  if (attesting === undefined || !lasting) return [];
  const publisher = ['--publisher', formatPublisher(attesting.publisher)];
  const place =
    index.name === 'pypi'
      ? []
      : ['--index', index.name === 'testpypi' ? index.name : (index.simpleUrl ?? '')];
  const manner = [...publisher, ...place, ...trustWords(context.options)];
  const release = `${project}==${version}`;
  return [
    ['colophon', 'verify', 'release', release, ...manner],
    ['colophon', 'verify', 'pypi', release, ...manner],
    ...(index.name === 'pypi'
      ? files.flatMap(({ file }) => pythonCommand(file.filename, attesting.publisher))
      : []),
  ].map(shellLine);
}

/** Whom to trust is said again: another machine has another default than an option or a variable of this job. */
function trustWords({ staging, instance, trustConfig, trustedRoot }: GlobalOptions): string[] {
  const named = Object.entries({ instance, 'trust-config': trustConfig, 'trusted-root': trustedRoot });
  const words = named.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return [...(staging ? ['--staging'] : []), ...words];
}

const HOSTS: Readonly<Record<string, string>> = { GitHub: 'github.com', GitLab: 'gitlab.com' };

function pythonCommand(filename: string, publisher: PublisherText): string[][] {
  const host = HOSTS[publisher.kind];
  if (host === undefined || !('repository' in publisher)) return [];
  const repository = `https://${host}/${publisher.repository}`;
  return [['pypi-attestations', 'verify', 'pypi', '--repository', repository, `pypi:${filename}`]];
}
