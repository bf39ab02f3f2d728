// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import type { Fault } from '@colophon/sandbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainWheel } from './support/plain-wheel.ts';
import { openSigningStage, type Run, type SigningStage } from './support/signing-stage.ts';

const PUBLISHER = { kind: 'GitHub', repository: 'octo-org/sample-project', workflow: 'release.yml' } as const;
const PROJECTS = Array.from({ length: 60 }, (_, index) => `faulty${index}`);

let stage: SigningStage;
let begun = 0;

beforeAll(async () => {
  const publishers = PROJECTS.map((project) => ({ ...PUBLISHER, project, pending: true }));
  stage = await openSigningStage({ warehouse: { publishers } });
});
afterEach(() => stage.sandbox.faults.clear());
afterAll(() => stage.close());

/** The next project, with one wheel. */
async function nextWheel(): Promise<string> {
  const name = PROJECTS[begun++] ?? '';
  await mkdir(stage.path(name));
  await stage.write(`${name}/${name}-1.0-py3-none-any.whl`, plainWheel(name));
  return name;
}

function release(name: string, ...options: string[]): Promise<Run> {
  const { uploadUrl, simpleUrl } = stage.sandbox.index;
  return stage.run(['release', name, ...options], {
    environment: { COLOPHON_INDEX: uploadUrl, UV_PUBLISH_CHECK_URL: simpleUrl },
  });
}

function codeOf({ report }: Run): unknown {
  const [file] = (report['files'] ?? []) as { code?: string }[];
  return file?.code ?? (report['error'] as { code?: string } | undefined)?.code;
}

const words = (status: number, message: string): Fault => ({
  kind: 'status',
  status,
  body: JSON.stringify({ message, code: `${status} ${message}` }),
});
const UPLOAD = { method: 'POST', path: '/legacy/' };
const MINT = { method: 'POST', path: '/_/oidc/mint-token' };
const AUDIENCE = { path: '/_/oidc/audience' };
const PAGE = { path: /^\/simple\// };
const PROVENANCE = { path: /\/provenance$/ };
const FILE = { path: /^\/packages\// };

type Place = { method?: string; path: string | RegExp };
interface FaultCase {
  readonly at: Place;
  readonly fault: Fault;
  readonly times?: number;
  readonly status: number;
  readonly code?: string;
  /** The index itself says that nothing was done: there is nothing to ask it. */
  readonly undone?: true;
  /** Nothing may have been logged by then. */
  readonly unsigned?: true;
}

const refusals: [words: string, status: number][] = [
  ['Invalid or non-existent authentication information. See /help for more information.', 403],
  ["The user 'x' isn't allowed to upload to project 'x'. See /help for more information.", 403],
  ["'2.6' is not a valid metadata version", 400],
  ['Upload payload does not have a file.', 400],
  ['Non-user identities cannot create new projects.', 400],
  ["The description failed to render for 'text/x-rst'.", 400],
  ["File too large. Limit for project 'x' is 100 MB.", 400],
  ['The digest supplied does not match a digest calculated from the uploaded file.', 400],
  ['Uploading new files to releases older than 14 days is not allowed.', 400],
  ['Only one sdist may be uploaded per release.', 400],
  ['Invalid distribution file. ZIP archive not accepted: duplicate filename', 400],
  ['Invalid attestations supplied during upload: Could not verify the uploaded artifact.', 400],
  ['This filename was previously used by a file that has since been deleted.', 400],
];

const CASES: Readonly<Record<string, FaultCase>> = {
  'uploads that are switched off': {
    at: UPLOAD,
    fault: words(403, 'Read-only mode: Uploads are temporarily disabled.'),
    status: 42,
    code: 'ERR_INDEX_UNAVAILABLE',
  },
  'too many new projects': {
    at: UPLOAD,
    fault: words(429, 'Too many new projects created'),
    undone: true,
    status: 42,
  },
  'an outage of uploads': { at: UPLOAD, fault: { kind: 'status', status: 503 }, status: 42 },
  'one bad gateway': { at: UPLOAD, fault: { kind: 'status', status: 502 }, times: 1, status: 0 },
  'an upload that never arrived': { at: UPLOAD, fault: { kind: 'cut-before' }, times: 1, status: 0 },
  'an upload whose answer was lost': { at: UPLOAD, fault: { kind: 'cut-after' }, times: 1, status: 0 },
  'a name that is taken': {
    at: UPLOAD,
    fault: words(400, "File already exists ('x', with blake2_256 hash 'ab'). See /help."),
    status: 41,
    code: 'ERR_FILE_EXISTS',
  },
  'a login page for an answer': {
    at: UPLOAD,
    fault: { kind: 'status', status: 200, body: '<!doctype html><html></html>' },
    status: 41,
    code: 'ERR_INDEX_RESPONSE',
  },
  'a redirect of an upload': { at: UPLOAD, fault: { kind: 'status', status: 308 }, status: 41 },
  'no trusted publishing': { at: AUDIENCE, fault: words(404, 'no'), status: 40, unsigned: true },
  'trusted publishing switched off': { at: AUDIENCE, fault: words(403, 'no'), status: 40, unsigned: true },
  'an outage of the token exchange': { at: MINT, fault: { kind: 'status', status: 503 }, status: 42 },
  'a token exchange of garbage': { at: MINT, fault: { kind: 'status', status: 200, body: '{' }, status: 41 },
  'a token whose answer was lost': { at: MINT, fault: { kind: 'cut-after' }, times: 1, status: 0 },
  'pages that are out of order': {
    at: PAGE,
    fault: { kind: 'status', status: 500 },
    status: 42,
    unsigned: true,
  },
  'pages of garbage': {
    at: PAGE,
    fault: { kind: 'status', status: 200, body: '[]' },
    status: 41,
    unsigned: true,
  },
  'pages that are not for us': { at: PAGE, fault: words(403, 'no'), status: 41, unsigned: true },
  'provenance that is not there': {
    at: PROVENANCE,
    fault: words(404, 'No provenance available'),
    status: 31,
    code: 'ERR_NOT_OURS',
  },
  'provenance switched off': {
    at: PROVENANCE,
    fault: words(403, 'Attestations temporarily disabled'),
    status: 42,
  },
  'a file that is not served': { at: FILE, fault: { kind: 'status', status: 404 }, status: 42 },
  'other bytes than were sent': {
    at: FILE,
    fault: { kind: 'status', status: 200, body: 'other' },
    status: 30,
    code: 'ERR_FILE_SIZE',
  },
};

describe('a release to an index with', () => {
  it.each(Object.entries(CASES))('%s', { timeout: 60_000 }, async (_title, one) => {
    const { at, fault, times, status, code, unsigned, undone } = one;
    const name = await nextWheel();
    stage.taken();
    stage.sandbox.faults.add({ service: 'index', ...at, fault, ...(times === undefined ? {} : { times }) });
    const run = await release(name);
    const requests = stage.taken();
    expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status });
    if (code !== undefined) expect(codeOf(run)).toBe(code);
    if (unsigned) expect(requests.filter((line) => /^(?:rekor|fulcio) POST/.test(line))).toEqual([]);
    if (!undone) assertAskedBeforeRepeated(requests, name);
    stage.sandbox.faults.clear();
    const again = await release(name);
    expect({ status: again.status, stderr: again.stderr }).toMatchObject({ status: 0 });
    const logged = [...requests, ...stage.taken()].filter(
      (line) => line === 'rekor POST /api/v1/log/entries',
    );
    expect(logged).toHaveLength(1);
  });

  it.each(refusals)('the words: %s', async (message, status) => {
    const name = await nextWheel();
    stage.sandbox.faults.add({ service: 'index', ...UPLOAD, fault: words(status, message) });
    const run = await release(name);
    expect(run.status).toBe(41);
    expect(run.stderr).toContain(message.slice(0, 20));
    expect((run.report['files'] as { retry: boolean }[])[0]?.retry).toBe(false);
  });
});

/** Between two uploads of one file the index was asked what it has. */
function assertAskedBeforeRepeated(requests: readonly string[], name: string): void {
  const [upload, page] = ['index POST /legacy/', `index GET /simple/${name}/`];
  const relevant = requests.filter((line) => line === upload || line === page);
  for (const [index, line] of relevant.entries()) if (line === upload) expect(relevant[index - 1]).toBe(page);
}

it('signs nothing whose evidence could not be kept', async () => {
  const name = await nextWheel();
  await stage.write('a-file', '');
  stage.taken();
  const run = await release(name, '--output-directory', 'a-file');
  expect([run.status, codeOf(run)]).toEqual([21, 'ERR_OUTPUT_WRITE']);
  expect(stage.taken().filter((line) => /^(?:fulcio|rekor)/.test(line))).toEqual([]);
});
