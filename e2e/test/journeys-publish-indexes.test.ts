// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from './self-signed.ts';
import { type Manner, type PrivateIndex, startPrivateIndex } from './private-index.ts';
import { openStage, REPOSITORY, writeDists, writeText, type Stage } from './stage.ts';

const TOKEN = 'pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtMDAwMC0wMDAw';
const ROW = {
  kind: 'GitHub',
  repository: REPOSITORY,
  workflow: 'release.yml',
  project: 'colophon-sample',
} as const;
const NO_INDEX = { COLOPHON_INDEX: '', UV_PUBLISH_CHECK_URL: '' };

let stage: Stage;
let seen: string[];

beforeEach(async () => {
  seen = [];
  stage = await openStage({
    warehouse: { publishers: [ROW], apiTokens: [{ token: TOKEN, projects: 'user' }] },
    onExchange: ({ service }) => seen.push(service),
  });
  await writeDists(stage);
  seen.splice(0);
});
afterEach(() => stage.close());

describe('journey 8: a private index', () => {
  let index: PrivateIndex;
  afterEach(() => index.close());

  const DEVPI: Manner = {
    taken: [200, 'text/plain', ''],
    unknown: [415, 'application/json', '{"message":"no"}'],
  };
  const ARTIFACTORY: Manner = {
    taken: [201, 'application/json', '{"repo":"pypi-local"}'],
    unknown: [401, 'application/json', '{"errors":[{"status":401,"message":"Unauthorized"}]}'],
  };
  const PYPISERVER: Manner = {
    taken: [200, 'text/plain', ''],
    unknown: [200, 'text/html', '<html>Welcome</html>'],
  };

  it.each([
    ['devpi', DEVPI],
    ['Artifactory', ARTIFACTORY],
    ['pypiserver', PYPISERVER],
  ])(
    '%s takes the form with user and password, in a CI job too, and nothing is signed',
    async (_name, manner) => {
      index = await startPrivateIndex(manner);
      const argv = ['publish', '--index', index.uploadUrl, '--username', 'ci'];
      const { status, stderr } = await stage.run(argv, { ...NO_INDEX, TWINE_PASSWORD: 'corp-password' });
      expect(stderr).toContain('warning: no attestations are sent');
      expect(status).toBe(0);
      expect(index.uploads.map(({ user }) => user)).toEqual(['ci', 'ci']);
      expect(index.uploads[0]?.fields).toContain('sha256_digest');
      expect(index.uploads[0]?.fields).not.toContain('attestations');
      expect(seen.filter((service) => service !== 'oidc')).toEqual([]);
    },
  );

  it('is found by its name in .pypirc', async () => {
    index = await startPrivateIndex(ARTIFACTORY);
    await writeText(
      stage,
      '.pypirc',
      `[distutils]\nindex-servers =\n    artifactory\n[artifactory]\nrepository: ${index.uploadUrl}\nusername: ci\npassword: corp-password\n`,
    );
    const { text } = await stage.run(['publish', '--index', 'artifactory'], {
      ...NO_INDEX,
      GITHUB_ACTIONS: '',
    });
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      uploaded: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      uploaded: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      warning: no attestations are sent: localhost:[PORT]/upload/ is given ~/.pypirc, [artifactory], and attestations need trusted publishing
      uploaded colophon_sample-1.0.0-py3-none-any.whl
      uploaded colophon_sample-1.0.0.tar.gz
      "
    `);
    expect(index.uploads).toHaveLength(2);
  });

  it('by TLS of its own wants its authority, and the certificate that it knows us by', async () => {
    const [server, own] = [selfSigned(['localhost']), selfSigned(['localhost'])];
    index = await startPrivateIndex(DEVPI, {
      ...server,
      ca: [own.cert],
      requestCert: true,
      rejectUnauthorized: true,
    });
    await writeText(stage, 'authority.pem', server.cert);
    await writeText(stage, 'me.pem', `${own.key}${own.cert}`);
    const argv = ['publish', '--index', index.uploadUrl, '--username', 'ci', '--time-budget', '3'];
    const environment = { ...NO_INDEX, GITHUB_ACTIONS: '', TWINE_PASSWORD: 'corp-password' };
    const unknown = await stage.run(argv, environment);
    expect(unknown.stderr).toContain('error[ERR_HTTP_TLS]');
    expect((await stage.run([...argv, '--cert', 'authority.pem'], environment)).status).toBe(42);
    const proven = [...argv, '--cert', 'authority.pem', '--client-cert', 'me.pem'];
    expect((await stage.run(proven, environment)).status).toBe(0);
    await writeText(
      stage,
      '.pypirc',
      `[distutils]\nindex-servers = corp\n[corp]\nrepository: ${index.uploadUrl}\nusername: ci\nca_cert: authority.pem\nclient_cert: me.pem\n`,
    );
    expect((await stage.run(['publish', '--index', 'corp'], environment)).status).toBe(0);
    expect(index.uploads).toHaveLength(4);
  });

  it('refuses in its own words', async () => {
    index = await startPrivateIndex(DEVPI);
    const argv = ['publish', '--index', index.uploadUrl, '--username', 'ci'];
    const { status, stderr } = await stage.run(argv, {
      ...NO_INDEX,
      GITHUB_ACTIONS: '',
      TWINE_PASSWORD: 'wrong',
    });
    expect(status).toBe(41);
    expect(stderr).toContain('error[ERR_INDEX_FORBIDDEN]');
    expect(index.uploads).toEqual([]);
  });
});

describe('journey 17: coming from twine', () => {
  it('has --index for -r, and the same --skip-existing, proven by digests', async () => {
    const { uploadUrl, simpleUrl } = stage.sandbox.index;
    await writeText(
      stage,
      '.pypirc',
      `[distutils]\nindex-servers = staging\n[staging]\nrepository = ${uploadUrl}\nusername = __token__\npassword = ${TOKEN}\n`,
    );
    const argv = ['publish', '--index', 'staging', '--check-url', simpleUrl, '--skip-existing', 'dist/*'];
    const laptop = { ...NO_INDEX, GITHUB_ACTIONS: '' };
    expect((await stage.run(argv, laptop)).status).toBe(0);
    const { text } = await stage.run(argv, laptop);
    expect(text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      there before: colophon_sample-1.0.0-py3-none-any.whl  sha256 [SHA256]
      there before: colophon_sample-1.0.0.tar.gz  sha256 [SHA256]
      --- stderr
      warning: no attestations are sent: localhost:[PORT]/legacy/ is given ~/.pypirc, [staging], and attestations need trusted publishing
      "
    `);
  });

  it('says what --repository is here', async () => {
    const { text } = await stage.run(['publish', '--repository', 'testpypi'], NO_INDEX);
    expect(text).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      error[ERR_USAGE]: --repository is a source repository elsewhere: the index to publish to is --index

      hint: \`colophon COMMAND --help\` shows the options
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_usage
      "
    `);
  });
});
