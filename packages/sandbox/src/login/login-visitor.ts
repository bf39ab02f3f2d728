// SPDX-License-Identifier: Apache-2.0

/** What somebody does on the login pages. */
export interface VisitorManner {
  /** Default: `dev@example.com`. */
  readonly email?: string;
  /** What they press on the page that asks whether the program may know. Default: `allow`. */
  readonly press?: 'allow' | 'cancel';
}

interface Page {
  readonly url: string;
  readonly text: string;
}

/**
 * Visits the address that a program tells its user, as a browser without scripts would: fills in the pages of the
 * sandbox's login issuer, follows its redirect, and gives the text of the last page, with the code where it shows one.
 */
export async function visitLogin(address: string, manner: VisitorManner = {}): Promise<string> {
  const { email = 'dev@example.com', press = 'allow' } = manner;
  let page = await open(address);
  const userCode = field(page, 'user_code');
  if (userCode !== undefined) page = await submit(page, { user_code: userCode });
  page = await submit(page, { visit: field(page, 'visit') ?? '', email, action: 'login' });
  page = await submit(page, { visit: field(page, 'visit') ?? '', action: press });
  return page.text;
}

/** The code on the last page of a login that is answered out of band; undefined where there is none. */
export function codeOnPage(page: string): string | undefined {
  return /<code id="code">(\w+)</.exec(page)?.[1];
}

async function open(url: string, form?: Record<string, string>): Promise<Page> {
  const init = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
  const answer = await fetch(url, init);
  return { url: answer.url, text: await answer.text() };
}

function submit({ url, text }: Page, form: Record<string, string>): Promise<Page> {
  const target = /action="([^"]+)"/.exec(text)?.[1] ?? '';
  return open(new URL(target, url).href, form);
}

function field({ text }: Page, name: string): string | undefined {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1];
}
