// SPDX-License-Identifier: Apache-2.0
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readGlobalOptions } from '../src/options/global.ts';
import { Arguments } from '../src/options/arguments.ts';
import type { Host } from '../src/host.ts';
import { Talk } from '../src/render/talk.ts';
import { Terminal } from './support/terminal.ts';

function talkOn(host: Host, values: Record<string, unknown> = {}): Talk {
  return new Talk(host, readGlobalOptions(new Arguments([], [], values), host));
}

// Longer than the library waits between two drawings.
const DRAWN_MS = 250;

describe('progress on a terminal', () => {
  it('shows the phase, how many files are done and how many there are', async () => {
    const terminal = new Terminal();
    await talkOn(terminal.host()).during('signing', { total: 4, unit: 'files' }, async (phase) => {
      expect(terminal.lines).toEqual([`signing [${'-'.repeat(24)}] 0/4 files`]);
      phase.advance();
      phase.advance();
      await wait(DRAWN_MS);
      expect(terminal.lines).toEqual([`signing [${'='.repeat(12)}${'-'.repeat(12)}] 2/4 files`]);
    });
    expect(terminal.lines).toEqual(['']);
  });

  it('counts bytes in MiB', async () => {
    const terminal = new Terminal();
    const size = { total: 10 * 1024 * 1024, unit: 'bytes' } as const;
    await talkOn(terminal.host()).during('uploading a.whl', size, async (phase) => {
      phase.advance(2.5 * 1024 * 1024);
      await wait(DRAWN_MS);
      expect(terminal.lines[0]).toMatch(/^uploading a\.whl \[={6}-{18}\] 2\.5\/10\.0 M/);
    });
  });

  it('never says that more is done than there is', async () => {
    const terminal = new Terminal();
    await talkOn(terminal.host()).during('signing', { total: 1, unit: 'files' }, async (phase) => {
      phase.advance(5);
      await wait(DRAWN_MS);
      expect(terminal.lines).toEqual([`signing [${'='.repeat(24)}] 1/1 files`]);
    });
  });

  it('stays below what is said and what comes out meanwhile, and leaves only that behind', async () => {
    const terminal = new Terminal();
    const talk = talkOn(terminal.host());
    await talk.during('signing', { total: 2, unit: 'files' }, async (phase) => {
      talk.say('signing 2 files');
      talk.result('signed: a');
      phase.advance();
      talk.result('signed: b');
      expect(terminal.lines.slice(0, 3)).toEqual(['signing 2 files', 'signed: a', 'signed: b']);
      expect(terminal.lines[3]).toMatch(/^signing \[/);
    });
    talk.say('done');
    expect(terminal.lines).toEqual(['signing 2 files', 'signed: a', 'signed: b', 'done']);
  });

  it('shows the innermost phase, and the outer one again when that has ended', async () => {
    const terminal = new Terminal();
    const talk = talkOn(terminal.host());
    await talk.during('signing', { total: 2, unit: 'files' }, async () => {
      await talk.during('certificate', undefined, async () =>
        expect(terminal.lines).toEqual(['certificate ...']),
      );
      expect(terminal.lines[0]).toMatch(/^signing \[/);
    });
  });

  it('is gone when the work fails, and the failure is its own', async () => {
    const terminal = new Terminal();
    const failing = talkOn(terminal.host()).during('login', undefined, async () => {
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(terminal.lines).toEqual(['']);
  });

  it('is written with --json too: it goes to stderr', async () => {
    const terminal = new Terminal();
    const host = { ...terminal.host(), writeOut: () => expect.unreachable('stdout is for data') };
    await talkOn(host, { json: true }).during('login', undefined, async () =>
      expect(terminal.lines).toEqual(['login ...']),
    );
  });

  it('leaves the terminal to whoever is asked there, and comes back', async () => {
    const terminal = new Terminal();
    const talk = talkOn(terminal.host());
    await talk.during('logging in', undefined, async () => {
      await talk.asking(async () => {
        talk.raw('Enter the code: ');
        await talk.during('waiting', undefined, () => wait(DRAWN_MS));
        expect(terminal.lines).toEqual(['Enter the code:']);
        talk.raw('\n');
      });
      expect(terminal.lines).toEqual(['Enter the code: ', 'logging in ...']);
    });
  });

  it('has no colour of its own, so that NO_COLOR changes nothing', async () => {
    const [plain, coloured] = [new Terminal(), new Terminal()];
    for (const [terminal, environment] of [
      [plain, { NO_COLOR: '1' }],
      [coloured, {}],
    ] as const)
      await talkOn(terminal.host(environment)).during('login', undefined, async () => undefined);
    expect(plain.written).toBe(coloured.written);
    expect(plain.written).toContain('login');
  });

  it('takes control characters out of a title', async () => {
    const terminal = new Terminal();
    await talkOn(terminal.host()).during('uploading \u001b[2Ja.whl', undefined, async () =>
      expect(terminal.lines).toEqual(['uploading \ufffd[2Ja.whl ...']),
    );
  });
});

describe('no progress', () => {
  const cases: readonly [string, Partial<Host>, Record<string, unknown>][] = [
    ['where stderr is no terminal', { stderrIsTerminal: false }, {}],
    ['with --quiet', {}, { quiet: true }],
    ['on a terminal that cannot move its cursor', { environment: { TERM: 'dumb' } }, {}],
  ];
  it.each(cases)('is shown %s, and the work is done all the same', async (_name, change, values) => {
    const terminal = new Terminal();
    const talk = talkOn({ ...terminal.host(), ...change }, values);
    const done = await talk.during('signing', { total: 1, unit: 'files' }, async (phase) => {
      phase.advance();
      return 'done';
    });
    expect(done).toBe('done');
    expect(terminal.written).toBe('');
  });
});
