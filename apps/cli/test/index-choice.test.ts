// SPDX-License-Identifier: Apache-2.0
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { canFakeTools, pathOf } from './support/fake-tools.ts';
import { dists, type Environment, publishIn, SECRET } from './support/publishing.ts';
import { startUploadIndex, type UploadIndex } from './support/upload-index.ts';

let folder = '';
let index: UploadIndex;

beforeEach(async () => {
  folder = await dists();
  index = await startUploadIndex();
});

/** Writes the user's `.pypirc`; `URL` stands for the index. */
function pypirc(text: string, name = '.pypirc'): void {
  writeFileSync(join(folder, name), text.replaceAll('URL', index.uploadUrl).replaceAll('SECRET', SECRET));
}

function fillIn(text: string): string {
  return text.replaceAll('URL', index.uploadUrl).replaceAll('HOST', new URL(index.uploadUrl).host);
}

const tool = (script: string): Environment => pathOf({ keyring: script });
const get = (service: string) => `[ "$*" = 'get ${service} ci' ] && { echo '${SECRET}'; exit 0; }; exit 1`;

function filled(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fillIn(value)]));
}

const CORP =
  '[distutils]\nindex-servers = corp\n[corp]\nrepository = URL\nusername = ci\npassword = SECRET\n';
const NO_PASSWORD = '[distutils]\nindex-servers = corp\n[corp]\nrepository = URL\nusername = ci\n';

describe('publish finds index and credential', () => {
  const cases: [
    title: string,
    file: string,
    argv: string[],
    environment: Environment,
    user: string,
    source: string,
  ][] = [
    ['in a section of .pypirc', CORP, ['--index', 'corp'], {}, 'ci', '~/.pypirc, [corp]'],
    [
      'in the section that TWINE_REPOSITORY names',
      CORP,
      [],
      { TWINE_REPOSITORY: 'corp' },
      'ci',
      '~/.pypirc, [corp]',
    ],
    [
      'in the section that COLOPHON_INDEX names',
      CORP,
      [],
      { COLOPHON_INDEX: 'corp' },
      'ci',
      '~/.pypirc, [corp]',
    ],
    [
      'with TWINE_PASSWORD for the user of .pypirc',
      NO_PASSWORD,
      ['--index', 'corp'],
      { TWINE_PASSWORD: SECRET },
      'ci',
      'TWINE_PASSWORD',
    ],
    [
      'with the user of TWINE_USERNAME for the password of .pypirc',
      CORP,
      ['--index', 'corp'],
      { TWINE_USERNAME: 'me' },
      'me',
      '~/.pypirc, [corp]',
    ],
    [
      'with --username before all others',
      CORP,
      ['--index', 'corp', '--username', 'me'],
      {},
      'me',
      '~/.pypirc, [corp]',
    ],
    [
      'with uv’s token before .pypirc',
      NO_PASSWORD.replace('username = ci\n', ''),
      ['--index', 'corp'],
      { UV_PUBLISH_TOKEN: SECRET },
      '__token__',
      'UV_PUBLISH_TOKEN',
    ],
    [
      'in a URL of the environment',
      '',
      [],
      { UV_PUBLISH_URL: `http://ci:${encodeURIComponent(SECRET)}@HOST/legacy/` },
      'ci',
      'UV_PUBLISH_URL',
    ],
    [
      'in two variables that agree',
      '',
      [],
      { UV_PUBLISH_URL: 'URL', TWINE_REPOSITORY_URL: 'URL', TWINE_PASSWORD: SECRET },
      '__token__',
      'TWINE_PASSWORD',
    ],
    [
      'in a name and a URL that agree',
      CORP,
      [],
      { UV_PUBLISH_URL: 'URL', TWINE_REPOSITORY: 'corp' },
      'ci',
      '~/.pypirc, [corp]',
    ],
    [
      'by the flag, whatever our own variable says',
      CORP,
      ['--index', 'corp'],
      { COLOPHON_INDEX: 'https://elsewhere.example/' },
      'ci',
      '~/.pypirc, [corp]',
    ],
  ];

  it.each(cases)('%s', async (...[, file, argv, environment, user, source]) => {
    pypirc(file);
    const { status, report, stderr } = await publishIn(folder, argv, filled(environment));
    expect(stderr).not.toContain('error');
    expect(status).toBe(0);
    expect(index.uploads).toHaveLength(2);
    expect(index.uploads[0]).toMatchObject({ user, password: SECRET });
    expect(report['credential']).toMatchObject({ source });
  });

  it('by a URL, whatever a .pypirc is like', async () => {
    pypirc('[corp');
    const argv = ['--index', index.uploadUrl];
    expect((await publishIn(folder, argv, { TWINE_PASSWORD: SECRET })).status).toBe(0);
  });

  it('in the file of --config-file alone', async () => {
    pypirc('[corp', '.pypirc');
    pypirc(CORP, 'mine.cfg');
    const { status, report } = await publishIn(folder, ['--config-file', 'mine.cfg', '--index', 'corp']);
    expect(status).toBe(0);
    expect(report['credential']).toMatchObject({ source: 'mine.cfg, [corp]' });
  });
});

describe.runIf(canFakeTools)('publish asks the keyring', () => {
  it('for a user whose password is nowhere else, by the upload URL', async () => {
    const path = tool(get(index.uploadUrl));
    const { status, report } = await publishIn(
      folder,
      ['--index', index.uploadUrl, '--username', 'ci'],
      path,
    );
    expect(status).toBe(0);
    expect(index.uploads[0]).toMatchObject({ user: 'ci', password: SECRET });
    expect(report['credential']).toMatchObject({ source: `keyring get ${index.uploadUrl} ci` });
  });

  it('by the host where the URL is not there', async () => {
    const path = tool(get(new URL(index.uploadUrl).host));
    pypirc(NO_PASSWORD);
    const { status } = await publishIn(folder, ['--index', 'corp'], path);
    expect(status).toBe(0);
  });

  it('never for a user that nobody named, nor for one who would be an option', async () => {
    const path = tool(`touch ${join(folder, 'asked')}; echo ${SECRET}`);
    for (const argv of [[], ['--username=-V']]) {
      const { status } = await publishIn(folder, ['--index', index.uploadUrl, ...argv], path);
      expect(status).toBe(40);
    }
    expect(existsSync(join(folder, 'asked'))).toBe(false);
  });

  it.each([
    ['knows nothing', 'exit 1'],
    ['crashes', 'kill -9 $$'],
    ['says several lines', 'echo one; echo two'],
    ['says nothing', 'true'],
  ])('and goes on without where it %s', async (_title, script) => {
    const { status, stderr } = await publishIn(
      folder,
      ['--index', index.uploadUrl, '--username', 'ci'],
      tool(script),
    );
    expect(status).toBe(40);
    expect(stderr).toContain('error[ERR_PASSWORD_MISSING]');
  });
});

describe('publish refuses, without a request,', () => {
  const contradiction = '[pypi]\nrepository = https://corp.example/legacy/\npassword = SECRET\n';
  const cases: [
    title: string,
    file: string,
    argv: string[],
    environment: Environment,
    status: number,
    message: string,
  ][] = [
    [
      'two variables that name different indexes',
      '',
      [],
      { UV_PUBLISH_URL: 'URL', TWINE_REPOSITORY_URL: 'https://corp.example/' },
      2,
      'UV_PUBLISH_URL and TWINE_REPOSITORY_URL name different indexes',
    ],
    [
      'a flag against another tool’s variable',
      '',
      ['--index', 'testpypi'],
      { TWINE_REPOSITORY_URL: 'URL', TWINE_PASSWORD: SECRET },
      2,
      '--index and TWINE_REPOSITORY_URL name different indexes',
    ],
    ['a section [pypi] that is elsewhere', contradiction, [], {}, 2, '~/.pypirc, [pypi]: pypi always is'],
    [
      'the same, for PyPI by its URL',
      contradiction,
      ['--index', 'https://upload.pypi.org/legacy/'],
      {},
      2,
      'always is',
    ],
    [
      'a section that index-servers does not list',
      '[corp]\nrepository = URL\n',
      ['--index', 'corp'],
      {},
      2,
      'index-servers of [distutils] does not list it',
    ],
    ['a name that no file knows', CORP, ['--index', 'crop'], {}, 2, '~/.pypirc knows pypi, testpypi, corp'],
    [
      'a token where the index should be',
      '',
      ['--index', SECRET],
      {},
      2,
      'neither the URL of an index nor the name',
    ],
    [
      'a section without a URL',
      '[distutils]\nindex-servers = corp\n[corp]\nusername = ci\n',
      ['--index', 'corp'],
      {},
      2,
      '~/.pypirc, [corp] has no repository',
    ],
    ['a file that is none', '[corp]\nSECRET\n', [], {}, 21, '~/.pypirc: line 2 is neither'],
    ['a file that is not there', '', ['--config-file', 'gone.cfg'], {}, 21, 'gone.cfg cannot be read'],
    [
      'uv’s password for the user of .pypirc',
      NO_PASSWORD,
      ['--index', 'corp'],
      { UV_PUBLISH_PASSWORD: SECRET },
      2,
      '~/.pypirc, [corp] goes with another tool',
    ],
    [
      'a user together with trusted publishing',
      '',
      ['--trusted-publishing', 'always', '--username', 'ci'],
      {},
      2,
      'leave --username out',
    ],
    [
      'a configuration file beside a URL',
      '[a]',
      ['--config-file', '.pypirc', '--index', 'https://corp.example/'],
      {},
      2,
      '--config-file has no effect',
    ],
    ['authorities that are none', '[a]', ['--cert', '.pypirc'], {}, 21, '.pypirc holds no certificate'],
    ['a client certificate that is none', '[a]', ['--client-cert', '.pypirc'], {}, 21, 'and its private key'],
  ];

  it.each(cases)('%s', async (...[, file, argv, environment, status, message]) => {
    pypirc(file);
    const run = await publishIn(folder, argv, filled(environment));
    expect(run.stderr).toContain(message);
    expect(run.status).toBe(status);
    expect(index.requests).toEqual([]);
  });
});
