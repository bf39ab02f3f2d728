// SPDX-License-Identifier: Apache-2.0
import type { Secret } from '@colophon/base';
import type { Host } from '../host.ts';

/**
 * Tells the runner of GitHub Actions to hide a secret that it did not give us itself, wherever it might appear later in
 * the job. The runner takes this line out of the log. It goes to stderr, which it reads too, so that stdout stays data;
 * only a runner is told, which shows by the variables that it alone sets, and never a terminal. GitLab has nothing of
 * the kind.
 */
export function maskOnRunner(host: Host, secret: Secret): void {
  const { GITHUB_ACTIONS, RUNNER_OS, RUNNER_TEMP } = host.environment;
  if (GITHUB_ACTIONS !== 'true' || !RUNNER_OS || !RUNNER_TEMP || host.stderrIsTerminal) return;
  const text = secret.reveal().replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  host.writeError(`::add-mask::${text}\n`);
}
