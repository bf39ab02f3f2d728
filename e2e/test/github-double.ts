// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** GitHub's REST API on loopback, as far as a release needs it: one repository with one release, maybe a draft. */
export interface GitHubDouble {
  readonly apiUrl: string;
  /** Bundles by subject digest. */
  readonly stored: ReadonlyMap<string, string[]>;
  /** Assets by name. */
  readonly assets: ReadonlyMap<string, string>;
  readonly requests: readonly string[];
  /** Answers the next request whose line contains `part` with a status. */
  failOnce(part: string, status: number): void;
  close(): Promise<void>;
}

export async function startGitHubDouble(repository: string, options: DoubleOptions): Promise<GitHubDouble> {
  const stored = new Map<string, string[]>();
  const assets = new Map<string, string>();
  const requests: string[] = [];
  const failures: { part: string; status: number }[] = [];
  const here = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: State = { ...options, base: `/repos/${repository}`, here, stored, assets };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const line = `${request.method} ${url.pathname}`;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push(line);
    const failing = failures.findIndex(({ part }) => line.includes(part));
    const [failure] = failing < 0 ? [] : failures.splice(failing, 1);
    const known = request.headers.authorization === `Bearer ${options.token}`;
    const refused: Answer | undefined = failure
      ? [failure.status, { message: 'Resource not accessible by integration' }]
      : known
        ? undefined
        : [401, { message: 'Bad credentials' }];
    const [status, body] = refused ?? answer(line, { url, body: Buffer.concat(chunks).toString() }, state);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer(
    (request, response) => void serve(request, response).catch(() => response.destroy()),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    apiUrl: here(),
    stored,
    assets,
    requests,
    failOnce: (part, status) => void failures.push({ part, status }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

interface DoubleOptions {
  readonly tag: string | undefined;
  readonly draft: boolean;
  readonly token: string;
}

interface State extends DoubleOptions {
  readonly base: string;
  readonly here: () => string;
  readonly stored: Map<string, string[]>;
  readonly assets: Map<string, string>;
}

type Answer = [status: number, body: unknown];

function answer(line: string, { url, body }: { url: URL; body: string }, state: State): Answer {
  const { base, tag, draft, stored } = state;
  if (line === `GET ${base}/releases/tags/${tag}` && !draft) return [200, releaseOf(state)];
  if (line === `GET ${base}/releases`) return [200, tag === undefined ? [] : [releaseOf(state)]];
  if (line === `POST ${base}/attestations`) return keep(body, state);
  const digest = url.pathname.split('/attestations/sha256:')[1];
  if (line.startsWith('GET ') && digest !== undefined)
    return [200, { attestations: (stored.get(digest) ?? []).map((text) => ({ bundle: JSON.parse(text) })) }];
  if (line === `POST ${base}/releases/7/assets`)
    return addAsset(String(url.searchParams.get('name')), body, state);
  return [404, { message: 'Not Found' }];
}

function releaseOf({ tag, draft, here, base, assets }: State): unknown {
  return {
    id: 7,
    tag_name: tag,
    draft,
    upload_url: `${here()}${base}/releases/7/assets{?name,label}`,
    assets: [...assets].map(([name, text]) => ({
      name,
      state: 'uploaded',
      digest: `sha256:${digestOf(text)}`,
    })),
  };
}

function keep(body: string, { stored }: State): Answer {
  const { bundle } = JSON.parse(body) as { bundle: { dsseEnvelope: { payload: string } } };
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
  const digest = String(statement.subject[0].digest.sha256);
  stored.set(digest, [...(stored.get(digest) ?? []), JSON.stringify(bundle)]);
  return [201, { id: stored.size }];
}

function addAsset(name: string, body: string, { assets }: State): Answer {
  if (assets.has(name)) return [422, { errors: [{ code: 'already_exists' }] }];
  assets.set(name, body);
  return [201, { name }];
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
