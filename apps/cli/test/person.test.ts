// SPDX-License-Identifier: Apache-2.0
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { hasBrowser, personOfProcess, readHidden, readLine } from '../src/person.ts';

describe('hasBrowser', () => {
  it.each([
    ['on a Mac', {}, 'darwin', true],
    ['on Windows', {}, 'win32', true],
    ['on Linux with X11', { DISPLAY: ':0' }, 'linux', true],
    ['on Linux with Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    ['on Linux on Windows', { WSL_DISTRO_NAME: 'Debian' }, 'linux', true],
    ['on Linux without a display', {}, 'linux', false],
    ['where BROWSER names one', { BROWSER: 'w3m', SSH_TTY: '/dev/pts/0' }, 'linux', true],
    ['over SSH', { SSH_CONNECTION: '::1 1 ::1 22' }, 'linux', false],
    ['over SSH to a Mac', { SSH_TTY: '/dev/ttys000' }, 'darwin', false],
    ['over SSH with X11', { SSH_CONNECTION: '::1 1 ::1 22', DISPLAY: 'localhost:10.0' }, 'linux', true],
  ] as const)('%s', (_title, environment, platform, expected) => {
    expect(hasBrowser(environment, platform)).toBe(expected);
  });
});

describe('readLine', () => {
  const signal = new AbortController().signal;

  it.each([
    ['a line', 'code\nmore\n', 'code'],
    ['a line of Windows', 'code\r\n', 'code'],
    ['a line that does not end', 'code', 'code'],
    ['an empty line', '\n', ''],
    ['nothing', '', undefined],
  ])('gives %s', async (_title, typed, expected) => {
    const input = new PassThrough();
    input.end(typed);
    expect(await readLine(input, signal)).toBe(expected);
  });

  it('ends when it is interrupted', async () => {
    const interruption = new AbortController();
    const reading = readLine(new PassThrough(), interruption.signal);
    interruption.abort();
    expect(await reading).toBeUndefined();
  });
});

describe('readHidden', () => {
  const signal = new AbortController().signal;

  it.each([
    ['a line', 'secret\rmore', 'secret'],
    ['a line that was mended', 'secrt\u007fet\n', 'secret'],
    ['an empty line', '\r', ''],
    ['nothing', '', undefined],
  ])('gives %s', async (_title, typed, expected) => {
    const input = new PassThrough();
    input.end(typed);
    expect(await readHidden(input, signal)).toBe(expected);
  });
});

describe('personOfProcess', () => {
  it('touches nothing until it is asked', () => {
    const { atTerminal, hasBrowser: browser } = personOfProcess();
    expect([typeof atTerminal, typeof browser]).toEqual(['boolean', 'boolean']);
  });
});
