// SPDX-License-Identifier: Apache-2.0
import { codeOnPage, visitLogin, type VisitorManner } from '@colophon/sandbox';
import type { Person } from '../../src/person.ts';

/** The last address that a person was told. */
export function addressIn(text: string): string {
  return [...text.matchAll(/^ +(https?:\S+)$/gm)].at(-1)?.[1] ?? '';
}

/** Somebody with a browser, which opens by itself and logs them in. */
export function browsing(manner: VisitorManner = {}): () => Person {
  return () => ({
    atTerminal: true,
    hasBrowser: true,
    openBrowser: async (url) => void (await visitLogin(url, manner)),
    readLine: async () => undefined,
    canHide: false,
    readHidden: async () => undefined,
  });
}

/** Somebody without one, who goes to the address on the screen elsewhere, and types the code that they find there. */
export function carrying(manner: VisitorManner = {}): (screen: () => string) => Person {
  return (screen) => ({
    atTerminal: true,
    hasBrowser: false,
    openBrowser: () => Promise.reject(new Error('there is none')),
    canHide: false,
    readHidden: async () => undefined,
    readLine: async () => {
      const page = await visitLogin(addressIn(screen()), manner);
      return codeOnPage(page);
    },
  });
}

/** Somebody without one, who goes to the address as soon as it is on the screen. */
export function watching(manner: VisitorManner = {}): (screen: () => string) => Person {
  return (screen) => {
    const timer = setInterval(() => {
      const address = addressIn(screen());
      if (address === '') return;
      clearInterval(timer);
      void visitLogin(address, manner);
    }, 20);
    timer.unref();
    return {
      atTerminal: true,
      hasBrowser: false,
      openBrowser: () => Promise.reject(new Error('there is none')),
      readLine: async () => undefined,
      canHide: false,
      readHidden: async () => undefined,
    };
  };
}
