// SPDX-License-Identifier: Apache-2.0
import type { Person } from '../../src/person.ts';

/** What somebody does on the sandbox's pages. */
export interface Manner {
  readonly email?: string;
  /** What they press on the page that asks whether the program may know. */
  readonly press?: 'allow' | 'cancel';
}

/** The last address that a person was told. */
export function addressIn(text: string): string {
  return [...text.matchAll(/^ +(https?:\S+)$/gm)].at(-1)?.[1] ?? '';
}

/** Logs in at a page, as a browser would, and gives the last page: that of a redirect is followed. */
export async function logInAt(address: string, manner: Manner = {}): Promise<string> {
  const { email = 'dev@example.com', press = 'allow' } = manner;
  let page = await visit(address);
  if (page.text.includes('name="user_code"'))
    page = await submit(page, { user_code: field(page.text, 'user_code') });
  page = await submit(page, { visit: field(page.text, 'visit'), email, action: 'login' });
  page = await submit(page, { visit: field(page.text, 'visit'), action: press });
  return page.text;
}

interface Page {
  readonly url: string;
  readonly text: string;
}

async function visit(url: string, init: RequestInit = {}): Promise<Page> {
  const answer = await fetch(url, init);
  return { url: answer.url, text: await answer.text() };
}

function submit({ url, text }: Page, form: Record<string, string>): Promise<Page> {
  const target = /action="([^"]+)"/.exec(text)?.[1] ?? '';
  return visit(new URL(target, url).href, { method: 'POST', body: new URLSearchParams(form) });
}

function field(text: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';
}

/** Somebody with a browser, which opens by itself and logs them in. */
export function browsing(manner: Manner = {}): () => Person {
  return () => ({
    atTerminal: true,
    hasBrowser: true,
    openBrowser: async (url) => void (await logInAt(url, manner)),
    readLine: async () => undefined,
  });
}

/** Somebody without one, who goes to the address on the screen elsewhere, and types the code that they find there. */
export function carrying(manner: Manner = {}): (screen: () => string) => Person {
  return (screen) => ({
    atTerminal: true,
    hasBrowser: false,
    openBrowser: () => Promise.reject(new Error('there is none')),
    readLine: async () => {
      const page = await logInAt(addressIn(screen()), manner);
      return /<code id="code">(\w+)</.exec(page)?.[1];
    },
  });
}

/** Somebody without one, who goes to the address as soon as it is on the screen. */
export function watching(manner: Manner = {}): (screen: () => string) => Person {
  return (screen) => {
    const timer = setInterval(() => {
      const address = addressIn(screen());
      if (address === '') return;
      clearInterval(timer);
      void logInAt(address, manner);
    }, 20);
    timer.unref();
    return {
      atTerminal: true,
      hasBrowser: false,
      openBrowser: () => Promise.reject(new Error('there is none')),
      readLine: async () => undefined,
    };
  };
}
