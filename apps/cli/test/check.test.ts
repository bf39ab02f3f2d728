// SPDX-License-Identifier: Apache-2.0
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import AdmZip from 'adm-zip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../src/command-line.ts';
import { candidates } from '../src/checking/executable.ts';

let folder = '';
let cases = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'colophon-check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const HEAD = 'Metadata-Version: 2.1\nName: foo\nVersion: 1.0\nSummary: a test\n';
const PLAIN = `${HEAD}Description-Content-Type: text/plain\n\nHello\n`;
const RST = `${HEAD}Description-Content-Type: text/x-rst\n\nHello\n`;

/** A new folder. */
function place(): string {
  cases += 1;
  const path = join(folder, String(cases));
  mkdirSync(path);
  return path;
}

/** An sdist of this metadata in a folder of its own. */
function sdist(metadata: string, name = 'foo-1.0.tar.gz', into = place()): string {
  const blocks = [...member('foo-1.0/PKG-INFO', metadata), ...member('foo-1.0/foo.py', '')];
  const path = join(into, name);
  writeFileSync(path, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
  return path;
}

/** A plain file in a tar. */
function member(name: string, text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(512);
  const fields: [number, string][] = [
    [0, name],
    [100, '0000644\0'],
    [124, `${bytes.length.toString(8).padStart(11, '0')}\0`],
    [148, '        '],
    [156, '0'],
    [257, 'ustar\u000000'],
  ];
  for (const [at, field] of fields) header.write(field, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}

/** A folder with a python3 that answers as the script says. */
function fakePython(script: string): string {
  const path = place();
  writeFileSync(join(path, 'python3'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(path, 'python3'), 0o755);
  return path;
}

async function check(argv: readonly string[], path = '', signal = new AbortController().signal) {
  const [out, error]: [string[], string[]] = [[], []];
  const status = await runCommandLine(['check', ...argv], {
    environment: { PATH: path },
    workingDirectory: folder,
    stderrIsTerminal: false,
    stdoutIsTerminal: false,
    signal,
    now: () => new Date(),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void error.push(text),
  });
  return { status, stdout: out.join(''), stderr: error.join('') };
}

interface Report {
  readonly files: readonly {
    readonly outcome: string;
    readonly judged: boolean;
    readonly findings: readonly Readonly<Record<string, string>>[];
  }[];
}

async function report(argv: readonly string[], path = '') {
  const { status, stdout } = await check(['--json', ...argv], path);
  return { status, files: (JSON.parse(stdout) as Report).files };
}

describe('check', () => {
  it('says ok and nothing else of a sound file', async () => {
    const { status, stdout } = await check([sdist(PLAIN)]);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^ok: foo-1\.0\.tar\.gz {2}sha256 [0-9a-f]{64}\n$/),
    ]);
  });

  it('gives every finding its hint, for people and in JSON', async () => {
    const path = sdist(PLAIN.replace('Summary: a test', 'Home-page: foo.example\nClassifier: Mine'));
    const { status, stdout } = await check([path]);
    expect([status, stdout]).toEqual([
      21,
      expect.stringContaining('error[web-address]: home-page "foo.example"'),
    ]);
    expect(stdout.match(/^ {4}hint: \S/gm)).toHaveLength(2);
    const { files } = await report([path]);
    expect(files[0]?.findings).toEqual([
      expect.objectContaining({
        code: 'classifier-unknown',
        hint: expect.stringContaining('pypi.org/classifiers'),
      }),
      expect.objectContaining({ code: 'web-address', severity: 'error', hint: expect.any(String) }),
    ]);
  });

  it('lets warnings pass, and not with --strict', async () => {
    const path = sdist(HEAD);
    expect(await check([path])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('warning[description-missing]'),
    });
    expect((await check(['--strict', path])).status).toBe(21);
  });

  it('shows no control character and no workflow command of an archive', async () => {
    const path = sdist(
      PLAIN.replace('a test', 'a\n ::set-output name=x::y\u001b[31m').replace('Summary', 'Dynamic'),
    );
    const { stdout } = await check([path]);
    expect(stdout).not.toContain('::set-output');
    expect(stdout).not.toContain('\u001b');
  });

  it('goes on past a file that is none, an egg among them', async () => {
    const path = place();
    sdist(PLAIN, 'foo-1.0.tar.gz', path);
    for (const name of ['foo-1.0-py3.11.egg', 'foo.whl', 'foo-1.0.tar.gz.publish.attestation'])
      writeFileSync(join(path, name), name);
    mkdirSync(join(path, 'dir-1.0.tar.gz'));
    const { status, files } = await report([path, join(path, 'dir-1.0.tar.gz')]);
    expect(status).toBe(21);
    expect(files.map(({ outcome }) => outcome).toSorted()).toEqual(['ok', 'refused', 'refused']);
    expect(files.flatMap(({ findings }) => findings.map(({ code }) => code))).toEqual([
      'filename-invalid',
      'filename-invalid',
    ]);
  });

  it('finds what cannot go into one release together', async () => {
    const [first, other] = [place(), place()];
    sdist(PLAIN, 'foo-1.0.tar.gz', first);
    sdist(`${PLAIN}more`, 'foo-1.0.tar.gz', other);
    const { status, files } = await report([first, other]);
    expect([status, files.map(({ findings }) => findings.map(({ code }) => code))]).toEqual([
      21,
      [[], ['same-filename']],
    ]);
  });

  it('takes the same folder twice for one', async () => {
    const path = place();
    sdist(PLAIN, 'foo-1.0.tar.gz', path);
    expect((await report([path, join(path, '*.gz')])).files).toHaveLength(1);
    const copy = join(place(), 'foo-1.0.tar.gz');
    copyFileSync(join(path, 'foo-1.0.tar.gz'), copy);
    expect((await report([path, copy])).status).toBe(0);
  });

  it('names a wheel that nobody can unpack', async () => {
    const zip = new AdmZip();
    zip.addFile('foo.py', Buffer.from('x'));
    const path = join(place(), 'foo-1.0-py3-none-any.whl');
    writeFileSync(path, zip.toBuffer());
    expect((await report([path])).files[0]?.findings[0]).toMatchObject({ code: 'metadata-missing' });
  });
});

const answer = (document: unknown) => `cat >/dev/null; printf %s '${JSON.stringify(document)}'`;

// A shell script stands in for Python there.
describe.runIf(process.platform !== 'win32')('check of reStructuredText', () => {
  it('says that nobody judged it where there is no Python', async () => {
    const path = sdist(RST);
    const { status, stdout } = await check([path]);
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining('ok as far as it was judged: foo-1.0.tar.gz'),
    ]);
    expect(stdout).toContain('not judged[description-not-judged]');
    expect(stdout).toContain('pip install readme_renderer');
    const { files } = await report([path]);
    expect(files[0]).toMatchObject({ outcome: 'ok', judged: false, findings: [{ severity: 'unjudged' }] });
    expect((await check(['--strict', path])).status).toBe(21);
  });

  it.each([
    ['rendered', answer({ rendered: true, reason: '' }), 0, []],
    [
      'refused',
      answer({ rendered: false, reason: '<string>:3: (WARNING/2) bad\n' }),
      21,
      ['description-render'],
    ],
    ['without readme_renderer', answer({ missing: true }), 0, ['description-not-judged']],
    ['broken', 'exit 3', 0, ['description-not-judged']],
    ['talkative', 'yes', 0, ['description-not-judged']],
    ['silly', answer({ rendered: 'yes' }), 0, ['description-not-judged']],
  ])('takes the word of a Python that is %s', async (_title, script, status, codes) => {
    const path = `${fakePython(script)}:/bin:/usr/bin`;
    // Only the first folder has a python3 that speaks for itself here; a second one would be asked where it is unable.
    const result = await report([sdist(RST)], codes[0] === 'description-not-judged' ? onlyShell(path) : path);
    expect([result.status, result.files[0]?.findings.map(({ code }) => code)]).toEqual([status, codes]);
  });

  it('repeats the line that docutils names', async () => {
    const path = fakePython(answer({ rendered: false, reason: '<string>:3: (WARNING/2) bad\n' }));
    const { stdout } = await check([sdist(RST)], `${path}:/bin:/usr/bin`);
    expect(stdout).toContain('line 3: (WARNING/2) bad');
  });

  it('hands no secret to Python, and runs none out of the working folder', async () => {
    const marker = join(place(), 'environment');
    const path = fakePython(`env > '${marker}'; cat >/dev/null; echo '{"rendered": true}'`);
    expect(candidates('python3', { PATH: `.:bin:${path}` }, 'linux')).toEqual([join(path, 'python3')]);
    await check([sdist(RST)], `${path}:/bin:/usr/bin`);
    expect(readFileSync(marker, 'utf8')).not.toMatch(/TOKEN|PASSWORD/);
  });

  it('looks for an .exe on Windows', () => {
    expect(candidates('python', { Path: String.raw`C:\Python;relative;D:\x` }, 'win32')).toEqual([
      String.raw`C:\Python\python.exe`,
      String.raw`D:\x\python.exe`,
    ]);
  });
});

/** The folders of the PATH with what a script needs, and no Python but the first one's. */
function onlyShell(path: string): string {
  const [own = ''] = path.split(':');
  const tools = place();
  for (const name of ['cat', 'yes'])
    writeFileSync(join(tools, name), `#!/bin/sh\nexec /usr/bin/${name} "$@"\n`);
  for (const name of ['cat', 'yes']) chmodSync(join(tools, name), 0o755);
  return `${own}:${tools}`;
}
