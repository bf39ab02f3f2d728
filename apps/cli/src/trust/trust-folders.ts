// SPDX-License-Identifier: Apache-2.0
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Context } from '../command.ts';
import type { Host } from '../host.ts';

/** Where each system keeps what can be fetched again, and what cannot; below the home folder. */
const CACHES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['Library', 'Caches'],
  win32: ['AppData', 'Local'],
};
const SETTINGS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['Library', 'Application Support'],
  win32: ['AppData', 'Roaming'],
};

/** The folder of caches: --cache-dir, or COLOPHON_CACHE_DIR, or the system's place for caches. */
export function cacheFolder({ host, options }: Context): string {
  if (options.cacheDir !== undefined) return resolve(host.workingDirectory, options.cacheDir);
  const system = process.platform === 'win32' ? host.environment['LOCALAPPDATA'] : undefined;
  return folder(host, [host.environment['XDG_CACHE_HOME'], system], CACHES[process.platform] ?? ['.cache']);
}

/**
 * The folder of decisions: which repositories the user trusts. Never a cache: that is copied between jobs and
 * machines, and whoever can write one must not own the trust.
 */
export function settingsFolder(host: Host): string {
  const system = process.platform === 'win32' ? host.environment['APPDATA'] : undefined;
  return folder(
    host,
    [host.environment['XDG_CONFIG_HOME'], system],
    SETTINGS[process.platform] ?? ['.config'],
  );
}

// The XDG specification has paths that are not absolute ignored.
function folder(host: Host, named: readonly (string | undefined)[], below: readonly string[]): string {
  const chosen = named.find((path) => path !== undefined && isAbsolute(path));
  if (chosen !== undefined) return join(chosen, 'colophon');
  const home = host.environment['HOME'] || host.environment['USERPROFILE'] || homedir();
  return join(home, ...below, 'colophon');
}
