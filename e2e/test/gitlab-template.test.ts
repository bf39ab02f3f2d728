// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { openStage, writeDists, type Stage } from './stage.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PROJECT = 'octo-group/sample-project';
const PUBLISHER = `gitlab:${PROJECT}//.gitlab-ci.yml`;

interface Template {
  readonly inputs: Readonly<Record<string, { default?: string }>>;
  readonly job: {
    readonly script: readonly [string];
    readonly id_tokens: Readonly<Record<string, { aud: string }>>;
  };
}

function readTemplate(): Template {
  const text = readFileSync(resolve(ROOT, 'templates/gitlab-release.yml'), 'utf8');
  const [header, body] = parseAllDocuments(text).map((one) => one.toJS());
  return { inputs: header.spec.inputs, job: body['colophon-release'] };
}

/** The script's words after the program's name, with inputs as GitLab puts them in. */
function wordsOf({ inputs, job }: Template, given: Readonly<Record<string, string>>): string[] {
  const line = job.script[0].replaceAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g, (_, name: string) => {
    const value = given[name] ?? inputs[name]?.default;
    if (value === undefined) throw new Error(`the template has no input ${name}`);
    return value;
  });
  const [npx, yes, program, ...words] = line.split(' ');
  const { version } = JSON.parse(readFileSync(resolve(ROOT, 'apps/cli/package.json'), 'utf8'));
  expect([npx, yes, program]).toEqual(['npx', '--yes', `colophon@${version}`]);
  return words.map((word) => word.replace(/^"(.*)"$/, '$1'));
}

describe('the template for GitLab', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it('releases with the tokens that it asks for', async () => {
    stage = await openStage({
      warehouse: {
        publishers: [
          {
            project: 'colophon-sample',
            pending: true,
            kind: 'GitLab',
            repository: PROJECT,
            workflowFilepath: '.gitlab-ci.yml',
          },
        ],
      },
    });
    await writeDists(stage);
    const template = readTemplate();
    expect(template.job.id_tokens).toEqual({
      PYPI_ID_TOKEN: { aud: 'pypi' },
      TESTPYPI_ID_TOKEN: { aud: 'testpypi' },
      SIGSTORE_ID_TOKEN: { aud: 'sigstore' },
    });
    // The sandbox takes no token that is worth something at PyPI: its index has an audience of its own.
    const asked = { ...template.job.id_tokens, COLOPHON_SANDBOX_ID_TOKEN: { aud: 'colophon-sandbox' } };
    const tokens = Object.entries(asked).map(async ([name, { aud }]) => {
      const claims = { project_path: PROJECT };
      return [name, await stage.sandbox.issueToken({ kind: 'gitlab', audience: aud, claims })] as const;
    });
    const { uploadUrl, simpleUrl } = stage.sandbox.index;
    const words = [
      ...wordsOf(template, { publisher: PUBLISHER, index: uploadUrl }),
      '--check-url',
      simpleUrl,
    ];
    const job = {
      GITLAB_CI: 'true',
      CI: 'true',
      GITHUB_ACTIONS: '',
      ...Object.fromEntries(await Promise.all(tokens)),
    };
    const forgotten = await stage.run(words, { ...job, COLOPHON_SANDBOX_ID_TOKEN: '' });
    expect(forgotten.stderr).toContain('COLOPHON_SANDBOX_ID_TOKEN is not set');
    expect(forgotten.stderr).not.toContain('attested');
    expect(forgotten.status).toBe(40);
    const { status, stdout, stderr } = await stage.run(words, job);
    expect(stderr).toContain(`as ${PUBLISHER}`);
    expect({ status, released: stdout.match(/^released: /gm)?.length }).toEqual({ status: 0, released: 2 });
  });
});
