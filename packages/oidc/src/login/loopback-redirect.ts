// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OidcError } from '../oidc-error.ts';
import { landingPage, PAGE_HEADERS } from './landing-page.ts';

const PATH = '/auth/callback';

/** Where the browser comes back to: a port of this machine that nobody else can know, open for one answer. */
export interface LoopbackRedirect {
  /** `http://127.0.0.1:PORT/auth/callback`: the number, which no name resolution can lead astray (RFC 8252 §7.3, §8.3). */
  readonly redirectUri: string;
  /**
   * The parameters that came with `state`, an error's too. What comes with another state, to another path or host, or by
   * another method is turned away and counted, and changes nothing.
   * @throws OidcError ERR_LOGIN_TIMEOUT after `timeoutMs`; the signal's reason
   */
  answer(state: string, limits: AnswerLimits): Promise<URLSearchParams>;
  close(): Promise<void>;
}

export interface AnswerLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Opens the port. @throws OidcError ERR_LOGIN_ISSUER where none can be opened */
export async function openLoopbackRedirect(): Promise<LoopbackRedirect> {
  const desk = new AnswerDesk();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    desk.receive(request, response);
  });
  server.maxConnections = 32;
  await listen(server);
  const { port } = server.address() as AddressInfo;
  desk.host = `127.0.0.1:${port}`;
  return {
    redirectUri: `http://${desk.host}${PATH}`,
    answer: (state, limits) => desk.answer(state, limits),
    close: () => close(server),
  };
}

async function listen(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await promise.catch((cause: unknown) => {
    throw new OidcError(
      'ERR_LOGIN_ISSUER',
      'no port of this machine can be opened for the browser to come back to',
      {
        cause,
      },
    );
  });
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

/** Takes the one answer, and turns all else away. */
class AnswerDesk {
  host = '';
  readonly #taken = Promise.withResolvers<URLSearchParams>();
  #state: string | undefined;
  #strangers = 0;

  async answer(state: string, { timeoutMs, signal }: AnswerLimits): Promise<URLSearchParams> {
    this.#state = state;
    const ended = Promise.withResolvers<never>();
    const interrupt = () => ended.reject(signal.reason);
    const timer = setTimeout(() => ended.reject(this.#late(timeoutMs)), timeoutMs);
    signal.addEventListener('abort', interrupt, { once: true });
    if (signal.aborted) interrupt();
    try {
      return await Promise.race([this.#taken.promise, ended.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      this.#state = undefined;
    }
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(`http://${this.host}${request.url ?? ''}`);
    // A page elsewhere that made its name resolve to this machine would come with that name.
    const here = request.headers.host === this.host && url?.host === this.host;
    if (!here || url.pathname !== PATH) return turnAway(response, 404, NOT_HERE);
    if (request.method !== 'GET') return turnAway(response, 405, NOT_HERE);
    const { searchParams } = url;
    if (this.#state === undefined || !isAnswer(searchParams, this.#state)) {
      this.#strangers += 1;
      return turnAway(response, 400, STRANGER);
    }
    this.#state = undefined;
    // The browser gets its page before the port is closed.
    response.once('close', () => this.#taken.resolve(searchParams));
    response.writeHead(200, PAGE_HEADERS);
    response.end(searchParams.has('error') ? REFUSED : RECEIVED);
  }

  #late(timeoutMs: number): OidcError {
    const count = this.#strangers;
    const strangers =
      count === 0 ? '' : `; answers came that belong to no login of this run, and were turned away: ${count}`;
    return new OidcError(
      'ERR_LOGIN_TIMEOUT',
      `nobody logged in within ${Math.round(timeoutMs / 1000)} s${strangers}`,
    );
  }
}

// A parameter that stands twice could be read as two answers.
function isAnswer(parameters: URLSearchParams, state: string): boolean {
  const names = [...parameters.keys()];
  return (
    new Set(names).size === names.length &&
    parameters.get('state') === state &&
    parameters.has('code') !== parameters.has('error')
  );
}

function turnAway(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, PAGE_HEADERS).end(page);
}

const RECEIVED = landingPage('Login received', 'You can close this page: the terminal says how it went on.');
const REFUSED = landingPage('Login refused', 'You can close this page: the terminal says why.');
const NOT_HERE = landingPage('Not here', 'There is nothing at this address.');
const STRANGER = landingPage(
  'Another login',
  'This answer belongs to no login that is waited for here. Begin again from the terminal.',
);
