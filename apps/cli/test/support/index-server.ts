// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A file on the index; `lie` is a digest that it lists instead of the true one. */
export interface ServedFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly provenance?: string | Uint8Array | number;
  readonly yanked?: string;
}

export interface TestIndex {
  /** The Simple root. */
  readonly root: string;
  readonly requests: readonly string[];
  fileUrl(filename: string): string;
}

const SIMPLE = 'application/vnd.pypi.simple.v1+json';
const INTEGRITY = 'application/vnd.pypi.integrity.v1+json';

/** An index on loopback that serves projects by their normalised names; a number is the status that it answers with. */
export async function startIndex(
  projects: Readonly<Record<string, readonly ServedFile[] | number>>,
): Promise<TestIndex> {
  const requests: string[] = [];
  const all = () => Object.values(projects).flatMap((files) => (typeof files === 'number' ? [] : files));
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    const [, section, name = ''] = url.split('/');
    const answer = (status: number, type: string, body: string | Uint8Array) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    };
    const file = all().find(({ filename }) => filename === name);
    const project = projects[name];
    if (section === 'files' && file !== undefined) return answer(200, 'application/octet-stream', file.bytes);
    if (section === 'provenance' && file?.provenance !== undefined)
      return typeof file.provenance === 'number'
        ? answer(file.provenance, 'text/plain', 'no')
        : answer(200, INTEGRITY, file.provenance);
    if (section !== 'simple' || project === undefined) return answer(404, 'text/plain', 'not found');
    if (typeof project === 'number') return answer(project, 'text/plain', 'out of order');
    return answer(200, SIMPLE, JSON.stringify(projectPage(name, project, base())));
  });
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { root: `${base()}/simple/`, requests, fileUrl: (filename) => `${base()}/files/${filename}` };
}

function projectPage(name: string, files: readonly ServedFile[], base: string) {
  return {
    meta: { 'api-version': '1.4' },
    name,
    files: files.map(({ filename, sha256, bytes, provenance, yanked }) => ({
      filename,
      url: `${base}/files/${filename}`,
      hashes: { sha256 },
      size: bytes.length,
      yanked: yanked ?? false,
      provenance: provenance === undefined ? null : `${base}/provenance/${filename}`,
    })),
  };
}
