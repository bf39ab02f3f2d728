// SPDX-License-Identifier: Apache-2.0
import { findProgram, runCommand } from './command.ts';
import { MissingRequirement } from './missing-requirement.ts';
import { say, timed } from './progress.ts';

/** Programs that come from the system's packages, and the Debian package that has each. */
const systemPrograms = {
  mariadbd: 'mariadb-server-core',
  'mariadb-install-db': 'mariadb-server-core',
  mariadb: 'mariadb-client-core',
  ip: 'iproute2',
  openssl: 'openssl',
  chromium: 'chromium',
} as const;

export type SystemPrograms = Readonly<Record<keyof typeof systemPrograms, string>>;

/** Finds the system's programs; what is missing is installed by apt-get. Throws MissingRequirement. */
export async function findSystemPrograms(): Promise<SystemPrograms> {
  const missing = missingPrograms();
  if (missing.length > 0) await installPackages(missing);
  const still = missingPrograms();
  if (still.length > 0)
    throw new MissingRequirement(`${still.join(', ')} missing even after apt-get install`);
  return Object.fromEntries(
    Object.keys(systemPrograms).map((program) => [program, findProgram(program)]),
  ) as SystemPrograms;
}

function missingPrograms(): (keyof typeof systemPrograms)[] {
  const names = Object.keys(systemPrograms) as (keyof typeof systemPrograms)[];
  return names.filter((program) => findProgram(program) === undefined);
}

async function installPackages(missing: (keyof typeof systemPrograms)[]): Promise<void> {
  const packages = [...new Set(missing.map((program) => systemPrograms[program]))];
  const apt = findProgram('apt-get');
  if (apt === undefined)
    throw new MissingRequirement(`${missing.join(', ')} missing, and there is no apt-get`);
  if (process.getuid?.() !== 0) {
    throw new MissingRequirement(
      `${missing.join(', ')} missing: apt-get install ${packages.join(' ')} (needs root)`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await timed(`apt: installing ${packages.join(', ')}`, async () => {
    // A stale package list names files that the mirror no longer has; a mirror that fails to answer may still be enough.
    await runCommand(apt, ['update'], { env }).catch((error: unknown) => say(String(error)));
    await runCommand(apt, ['install', '-y', '--no-install-recommends', ...packages], { env }).catch(() => {
      throw new MissingRequirement(`apt-get could not install ${packages.join(' ')}`);
    });
  });
}
