// SPDX-License-Identifier: Apache-2.0
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { addressIn, type Conversation, type Talked } from '../../test/conversation.ts';
import type { Click } from './browser.ts';
import { writeOpener } from './opener.ts';
import type { LoginScene } from './scene.ts';

/** One login, in a real browser. What is not as it must be is thrown. */
export interface LoginScenario {
  readonly program: 'Colophon' | 'sigstore-python' | 'cosign';
  readonly way: string;
  /** What must come of it, in a few words. */
  readonly outcome: string;
  run(scene: LoginScene, name: string): Promise<void>;
}

const EMAIL = 'dev@example.com';

/** Waits for an address behind some words on the screen, and goes there; with `carry`, what the page shows is typed. */
function going(
  scene: LoginScene,
  { behind, carry = false, click, terminal = false }: Going,
): { readonly talk: Conversation; readonly seen: () => Promise<string[]> } {
  const pages: Promise<string>[] = [];
  const visit = async (address: string): Promise<string | undefined> => {
    const page = scene.browser.logIn(address, EMAIL, click);
    pages.push(page);
    const shown = await page;
    return carry ? `${shown.trim().split(/\s/).at(-1)}\n` : undefined;
  };
  const answer = (said: string) => {
    const address = said.includes(behind) ? (addressIn(said) ?? bareAddress(said)) : undefined;
    return address === undefined ? undefined : visit(address);
  };
  // The program may be done before the browser has shown its last page.
  return { talk: { answer, terminal }, seen: () => Promise.all(pages) };
}

interface Going {
  readonly behind: string;
  readonly carry?: boolean;
  readonly click?: Click;
  readonly terminal?: boolean;
}

// Others put it elsewhere in a line.
function bareAddress(said: string): string | undefined {
  return /(?:^|\s)(https?:\S+)\s/.exec(said)?.[1];
}

function expectEnd({ status, said }: Talked, wanted: number, ...words: string[]): void {
  const missing = words.filter((word) => !said.includes(word));
  if (status !== wanted || missing.length > 0)
    throw new Error(`exit ${status}, not ${wanted} with ${JSON.stringify(missing)}: ${said.slice(-1500)}`);
}

function expectPage(pages: readonly string[], title: string): void {
  if (pages.length !== 1 || !pages[0]?.startsWith(title))
    throw new Error(`the last page is not ${title}: ${JSON.stringify(pages)}`);
}

/** Judges a signature by the program that did not make it. */
async function expectVerified(
  scene: LoginScene,
  by: LoginScenario['program'],
  artifact: string,
): Promise<void> {
  const identity = ['--cert-identity', EMAIL, '--cert-oidc-issuer', scene.sandbox.login.issuerUrl];
  const words = ['verify', 'identity', ...identity, artifact];
  const verdict = by === 'Colophon' ? await scene.colophon(words) : await scene.sigstorePython(words);
  expectEnd(verdict, 0, `OK: ${artifact}`);
}

function expectToken({ stdout }: Talked): void {
  const [, payload = ''] = stdout.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  if (!/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(stdout) || claims['email'] !== EMAIL || claims['aud'] !== 'sigstore')
    throw new Error('standard output is not the token alone');
}

/** A login in a browser that the program itself opens, whose address is taken from what it opened. */
async function openedBrowser(scene: LoginScene, name: string, click?: Click) {
  const opener = await writeOpener(scene.folder, name);
  const pages: string[] = [];
  const visited = opener
    .opened()
    .then((address) => scene.browser.logIn(address, EMAIL, click))
    .then((page) => void pages.push(page));
  return { environment: { BROWSER: opener.program }, visited, pages };
}

export const COLOPHON_SCENARIOS: readonly LoginScenario[] = [
  {
    program: 'Colophon',
    way: 'sign, browser',
    outcome: 'bundle that sigstore-python takes',
    run: async (scene, name) => {
      const artifact = await scene.artifact(name);
      // Nothing opens by itself here: the address is the one on the screen.
      const { talk, seen } = going(scene, { behind: 'if no browser opens', terminal: true });
      expectEnd(
        await scene.colophon(['sign', artifact], { BROWSER: '/bin/true' }, talk),
        0,
        `logged in as ${EMAIL}`,
      );
      expectPage(await seen(), 'Login received');
      await expectVerified(scene, 'sigstore-python', artifact);
      await expectVerified(scene, 'Colophon', artifact);
    },
  },
  {
    program: 'Colophon',
    way: 'token, browser that it opens',
    outcome: 'token alone on stdout',
    run: async (scene, name) => {
      const { environment, visited, pages } = await openedBrowser(scene, name);
      const ended = await scene.colophon(['token'], environment, { terminal: true });
      await visited;
      expectEnd(ended, 0, `this is the token of ${EMAIL}`);
      expectPage(pages, 'Login received');
      expectToken(ended);
    },
  },
  {
    program: 'Colophon',
    way: 'sign, device',
    outcome: 'bundle that sigstore-python takes',
    run: async (scene, name) => {
      const artifact = await scene.artifact(name);
      const { talk, seen } = going(scene, { behind: 'There, enter', terminal: true });
      expectEnd(await scene.colophon(['sign', artifact], {}, talk), 0, `logged in as ${EMAIL}`);
      expectPage(await seen(), 'Done');
      await expectVerified(scene, 'sigstore-python', artifact);
    },
  },
  {
    program: 'Colophon',
    way: 'token, out of band',
    outcome: 'token alone on stdout',
    run: async (scene) => {
      const { talk, seen } = going(scene, { behind: 'Enter the code', carry: true });
      const ended = await scene.colophon(['token', '--oauth-force-oob'], {}, talk);
      expectEnd(ended, 0, `this is the token of ${EMAIL}`);
      expectPage(await seen(), 'Your code');
      expectToken(ended);
    },
  },
  {
    program: 'Colophon',
    way: 'sign, denied in the browser',
    outcome: 'exit 40, nothing signed',
    run: async (scene, name) => {
      const artifact = await scene.artifact(name);
      const { environment, visited, pages } = await openedBrowser(scene, name, 'Deny');
      const ended = await scene.colophon(['sign', artifact], environment, { terminal: true });
      await visited;
      expectEnd(ended, 40, 'ERR_LOGIN_DENIED');
      expectPage(pages, 'Login refused');
    },
  },
];

/** One after the other, since the issuer lies to whoever comes. */
export const LYING_SCENARIO: LoginScenario = {
  program: 'Colophon',
  way: 'sign, another state in the redirect',
  outcome: 'turned away, exit 40',
  run: async (scene, name) => {
    scene.sandbox.login.lies.add('wrong-state');
    try {
      const artifact = await scene.artifact(name);
      const { environment, visited, pages } = await openedBrowser(scene, name);
      const args = ['sign', artifact, '--time-budget', '20'];
      const ended = await scene.colophon(args, environment, { terminal: true });
      await visited;
      expectEnd(ended, 40, 'ERR_LOGIN_TIMEOUT', 'turned away: 1');
      expectPage(pages, 'Another login');
    } finally {
      scene.sandbox.login.lies.clear();
    }
  },
};

export const FOREIGN_SCENARIOS: readonly LoginScenario[] = [
  {
    program: 'sigstore-python',
    way: 'sign, out of band',
    outcome: 'bundle that Colophon takes',
    run: async (scene, name) => {
      const artifact = await scene.artifact(name);
      // Its question goes to standard output, which is no terminal here: the address is all that is said.
      const { talk, seen } = going(scene, { behind: 'http', carry: true });
      expectEnd(await scene.sigstorePython(['sign', '--oauth-force-oob', artifact], {}, talk), 0);
      expectPage(await seen(), 'Your code');
      await expectVerified(scene, 'Colophon', artifact);
    },
  },
  {
    program: 'sigstore-python',
    way: 'sign, browser that it opens',
    outcome: 'bundle that Colophon takes',
    run: async (scene, name) => {
      const artifact = await scene.artifact(name);
      const { environment, visited } = await openedBrowser(scene, name);
      const ended = await scene.sigstorePython(['sign', artifact], environment);
      await visited;
      expectEnd(ended, 0);
      await expectVerified(scene, 'Colophon', artifact);
    },
  },
  {
    program: 'cosign',
    way: 'sign-blob, device',
    outcome: 'bundle that Colophon takes',
    run: async (scene, name) => {
      const artifact = await scene.artifact(name);
      const { talk, seen } = going(scene, { behind: 'user_code=' });
      const args = ['--fulcio-auth-flow', 'device', artifact];
      // It says where to go on standard output.
      const heard = { ...talk, listens: true };
      expectEnd(await scene.cosign(args, `${artifact}.sigstore.json`, {}, heard), 0);
      expectPage(await seen(), 'Done');
      await expectVerified(scene, 'Colophon', artifact);
    },
  },
  {
    program: 'cosign',
    way: 'sign-blob, browser that it opens',
    outcome: 'bundle that Colophon takes',
    run: async (scene, name) => {
      const artifact = await scene.artifact(name);
      const opener = await writeOpener(scene.folder, name);
      // It looks for the system's opener by name alone.
      const folder = join(scene.folder, `${name}.path`);
      await mkdir(folder);
      await symlink(opener.program, join(folder, 'xdg-open'));
      const visited = opener.opened().then((address) => scene.browser.logIn(address, EMAIL));
      const environment = { PATH: `${folder}:/usr/bin:/bin` };
      const ended = await scene.cosign([artifact], `${artifact}.sigstore.json`, environment, {
        terminal: true,
      });
      await visited;
      expectEnd(ended, 0);
      await expectVerified(scene, 'Colophon', artifact);
    },
  },
];
