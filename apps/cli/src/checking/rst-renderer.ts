// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import type { RenderVerdict, RstRenderer } from '@colophon/dist';
import type { Host } from '../host.ts';
import { findExecutable } from './executable.ts';

const TIMEOUT_MS = 30_000;
/** Longer descriptions are nobody's: PyPI itself shows none. */
const MAX_INPUT = 2 * 1024 * 1024;
const MAX_OUTPUT = 64 * 1024;
const PYTHONS = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];
/** What a Python needs to find itself; no credential of the job reaches it. */
const PASSED_ON = [
  'PATH',
  'Path',
  'HOME',
  'LANG',
  'PYENV_ROOT',
  'PYENV_VERSION',
  'SYSTEMROOT',
  'TEMP',
  'TMPDIR',
  'USERPROFILE',
];

// The text comes on standard input and only an answer of one line goes out, so that nothing in it is a command.
const PROGRAM = `
import io, json, sys
try:
    from readme_renderer import rst
except ImportError:
    print(json.dumps({"missing": True}))
    sys.exit()
stream = io.StringIO()
html = rst.render(sys.stdin.buffer.read().decode("utf-8"), stream=stream)
print(json.dumps({"rendered": html is not None, "reason": stream.getvalue()[:2000]}))
`;

const renderers = new WeakMap<Host, RstRenderer>();

/** The renderer of reStructuredText of this run; a text that several dists have is rendered once. */
export function rstRendererOf(host: Host): RstRenderer {
  const known = renderers.get(host);
  if (known) return known;
  const verdicts = new Map<string, Promise<RenderVerdict>>();
  const renderer: RstRenderer = (text) => {
    const verdict = verdicts.get(text) ?? renderRst(text, host);
    verdicts.set(text, verdict);
    return verdict;
  };
  renderers.set(host, renderer);
  return renderer;
}

/**
 * Renders by readme_renderer, which PyPI uses, in the Python of the PATH: isolated (`-I`), in bounded time, with bounded
 * input and output. Where there is none the verdict is that nobody judged.
 */
async function renderRst(text: string, host: Host): Promise<RenderVerdict> {
  if (Buffer.byteLength(text) > MAX_INPUT) return unjudged('it has more than 2 MiB');
  let reason = 'there is no python3 on the PATH';
  for (const name of PYTHONS) {
    const python = await findExecutable(name, host.environment);
    if (python === undefined) continue;
    const verdict = toVerdict(await runPython(python, text, host));
    if (verdict.kind !== 'unjudged') return verdict;
    reason = verdict.reason;
  }
  return unjudged(reason);
}

function runPython(python: string, text: string, host: Host): Promise<string | Error> {
  const { promise, resolve } = Promise.withResolvers<string | Error>();
  const env = Object.fromEntries(PASSED_ON.map((name) => [name, host.environment[name]]));
  const child = spawn(python, ['-I', '-c', PROGRAM], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
    env,
  });
  // Whatever it started in its turn loses the pipe, and so its reason to go on.
  const stop = (reason: string) => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    resolve(new Error(reason));
  };
  const abort = () => stop('interrupted');
  const timer = setTimeout(() => stop(`more than ${TIMEOUT_MS / 1000} seconds`), TIMEOUT_MS);
  host.signal.addEventListener('abort', abort);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    if (output.length + part.length > MAX_OUTPUT) stop('too long an answer');
    else output += part;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(text);
  child.on('error', resolve);
  child.on('close', (status) => {
    clearTimeout(timer);
    host.signal.removeEventListener('abort', abort);
    resolve(status === 0 ? output : new Error(`Python ended with ${status ?? 'a signal'}`));
  });
  return promise;
}

function toVerdict(answer: string | Error): RenderVerdict {
  if (typeof answer !== 'string') return unjudged(`Python could not do it (${answer.message})`);
  try {
    const { missing, rendered, reason } = JSON.parse(answer) as Readonly<Record<string, unknown>>;
    if (missing === true) return unjudged('the Python of the PATH has no readme_renderer');
    if (rendered === true) return { kind: 'rendered' };
    if (rendered === false) return { kind: 'failed', reason: shortened(String(reason)) };
  } catch {
    // Said below: whatever answered, it was not this program.
  }
  return unjudged('Python gave no answer');
}

// docutils names its source, which is only ever standard input here.
function shortened(reason: string): string {
  return reason
    .replaceAll(/<string>:(?=\d)/g, 'line ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

function unjudged(reason: string): RenderVerdict {
  return { kind: 'unjudged', reason };
}
