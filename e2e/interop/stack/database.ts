// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command.ts';
import type { SystemPrograms } from '../build/system-packages.ts';
import type { ServiceGroup } from './service-group.ts';

const PORT = 13306;

/** What Trillian is told to connect to. */
export const DATABASE_URI = `test:zaphod@tcp(127.0.0.1:${PORT})/test?parseTime=true&interpolateParams=true`;

/** Starts MariaDB on an empty data folder and creates Trillian's tables. */
export async function startDatabase(
  group: ServiceGroup,
  programs: SystemPrograms,
  folder: string,
  schema: string,
): Promise<void> {
  const data = join(folder, 'data');
  const socket = join(folder, 's');
  await mkdir(data, { recursive: true });
  const user = ['--no-defaults', '--user=root'];
  const init = ['--auth-root-authentication-method=normal', '--skip-test-db', `--datadir=${data}`];
  await runCommand(programs['mariadb-install-db'], [...user, ...init]);
  const client = ['--no-defaults', '-S', socket, '-uroot'];
  const query = (sql: string, ...more: string[]): Promise<string> =>
    runCommand(programs.mariadb, [...client, ...more], { input: sql });
  await group.start({
    name: 'mariadb',
    program: programs.mariadbd,
    argv: [
      ...user,
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${PORT}`,
      '--innodb-buffer-pool-size=32M',
      '--innodb-log-file-size=16M',
      // Nothing here has to survive a crash, and a flush for every leaf is what makes a log slow.
      '--innodb-flush-log-at-trx-commit=0',
    ],
    isReady: async () => (await query('SELECT 1')).includes('1'),
  });
  await query(grants());
  await query(await readFile(schema, 'utf8'), 'test');
}

function grants(): string {
  const users = ['127.0.0.1', 'localhost'].map((host) => `test@'${host}'`);
  const create = users.map((user) => `CREATE USER ${user} IDENTIFIED BY 'zaphod';`);
  return `CREATE DATABASE test; ${create.join(' ')} GRANT ALL ON test.* TO ${users.join(', ')};`;
}
