// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The programs below are shell scripts, which Windows does not start. */
export const canFakeTools = process.platform !== 'win32';

/** A PATH that begins with programs of the test's own: shell scripts by their names. */
export function pathOf(
  tools: Readonly<Record<string, string>>,
  mode = 0o755,
): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, script] of Object.entries(tools))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode });
  return { PATH: ['/usr/bin', '/bin'].reduce((path, next) => `${path}${delimiter}${next}`, folder) };
}
