// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';
import type { SandboxRequest, SandboxResponse } from '../http-service.ts';
import { htmlEscaped } from './python-text.ts';

const TITLES: Readonly<Record<number, string>> = {
  308: 'Permanent Redirect',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  429: 'Too Many Requests',
};

/** A request that the index turns down: the status, and the words as a client gets to read them. */
export class Refusal extends AppError<'ERR_WAREHOUSE_REFUSED'> {
  readonly status: number;
  readonly words: string;

  constructor(status: number, words: string, options: { cause?: unknown } = {}) {
    super('ERR_WAREHOUSE_REFUSED', `index answers ${status}: ${words}`, options);
    this.status = status;
    this.words = words;
  }
}

/**
 * A refusal on the wire. Its words stand in the reason phrase, where twine reads them, and in the body: as JSON's `code` for who
 * asks for it (uv does), else in a page.
 */
export function refusalResponse(request: SandboxRequest, refusal: Refusal): SandboxResponse {
  const { status, words } = refusal;
  const title = TITLES[status] ?? 'Error';
  const reason = reasonPhrase(words);
  if ((request.headers.accept ?? '').includes('application/json')) {
    const body = JSON.stringify({ message: words, code: `${status} ${words}`, title });
    return { status, reason, headers: { 'content-type': 'application/json' }, body };
  }
  return {
    status,
    reason,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: page(status, words),
  };
}

function page(status: number, words: string): string {
  const heading = htmlEscaped(`${status} ${words}`);
  return `<html>\n <head>\n  <title>${heading}</title>\n </head>\n <body>\n  <h1>${heading}</h1>\n </body>\n</html>\n`;
}

// A status line holds latin-1 without controls; what it cannot hold becomes a question mark, a line break a space.
function reasonPhrase(words: string): string {
  return words.replaceAll(/\s+/g, ' ').replaceAll(/[^\x20-\x7e\xa0-\xff]/gu, '?');
}

/** A link to the help page of this index, with the anchor that Warehouse uses. */
export function seeHelp(request: SandboxRequest, anchor: string): string {
  return `See ${request.url.origin}/help/#${anchor} for more information.`;
}
