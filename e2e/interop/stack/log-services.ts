// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tools } from '../build.ts';
import { runCommand } from '../build/command.ts';
import { LOG_HOSTNAME, ports, urls } from './addresses.ts';
import { DATABASE_URI, startDatabase } from './database.ts';
import { CT_KEY_PASSWORD, type KeyFiles } from './keys.ts';
import { answers, type ServiceGroup } from './service-group.ts';

export interface StackParts {
  readonly group: ServiceGroup;
  readonly tools: Tools;
  readonly keys: KeyFiles;
  /** Where the services of this stack keep their data. */
  readonly folder: string;
}

/** Starts what rests on the database: Trillian, the certificate transparency log and Rekor v1, a tree for each. */
export async function startTrillianLogs(parts: StackParts): Promise<void> {
  const { group, tools, folder } = parts;
  await startDatabase(group, tools.system, join(folder, 'db'), tools.go.trillianSchema);
  await Promise.all([startLogServer(parts), startLogSigner(parts)]);
  await Promise.all([
    startCtLog(parts, await createTree(tools)),
    startRekor1(parts, await createTree(tools)),
  ]);
}

const storage = ['--quota_system=noop', '--storage_system=mysql', `--mysql_uri=${DATABASE_URI}`];

function startLogServer({ group, tools }: StackParts): Promise<void> {
  const endpoints = [
    `--rpc_endpoint=127.0.0.1:${ports.trillian}`,
    `--http_endpoint=127.0.0.1:${ports.trillianHttp}`,
  ];
  const isReady = answers(`http://127.0.0.1:${ports.trillianHttp}/healthz`);
  return group.start({
    name: 'log-server',
    program: tools.go.logServer,
    argv: [...storage, ...endpoints],
    isReady,
  });
}

function startLogSigner({ group, tools }: StackParts): Promise<void> {
  const endpoints = [
    `--rpc_endpoint=127.0.0.1:${ports.signer}`,
    `--http_endpoint=127.0.0.1:${ports.signerHttp}`,
  ];
  const pace = ['--force_master', '--sequencer_interval=100ms'];
  const isReady = answers(`http://127.0.0.1:${ports.signerHttp}/healthz`);
  const argv = [...storage, ...endpoints, ...pace];
  return group.start({ name: 'log-signer', program: tools.go.logSigner, argv, isReady });
}

async function createTree(tools: Tools): Promise<string> {
  return (await runCommand(tools.go.createTree, [`--admin_server=127.0.0.1:${ports.trillian}`])).trim();
}

async function startCtLog({ group, tools, keys, folder }: StackParts, tree: string): Promise<void> {
  const config = join(folder, 'ct.cfg');
  const key = `path: "${keys.ctKey}" password: "${CT_KEY_PASSWORD}"`;
  const fields = [
    `log_id: ${tree}`,
    'prefix: "test"',
    `roots_pem_file: "${keys.fulcioChain}"`,
    `private_key: { [type.googleapis.com/keyspb.PEMKeyFile] { ${key} } }`,
    'ext_key_usages: [ "CodeSigning" ]',
  ];
  await writeFile(config, `config { ${fields.join(' ')} }\n`);
  const backend = `--log_rpc_server=127.0.0.1:${ports.trillian}`;
  const argv = [`--log_config=${config}`, backend, `--http_endpoint=127.0.0.1:${ports.ctLog}`];
  const isReady = answers(`${urls.ctLog}/ct/v1/get-sth`);
  await group.start({ name: 'ct-log', program: tools.go.ctServer, argv, isReady });
}

function startRekor1({ group, tools, keys }: StackParts, tree: string): Promise<void> {
  // searchIndex is left out: it needs Redis.
  const endpoints =
    'getLogInfo,getPublicKey,getLogProof,createLogEntry,getLogEntryByIndex,getLogEntryByUUID,searchLogQuery';
  const argv = [
    'serve',
    '--rekor_server.address=127.0.0.1',
    `--port=${ports.rekor1}`,
    `--rekor_server.hostname=${LOG_HOSTNAME}`,
    `--rekor_server.signer=${keys.rekor1Key}`,
    '--trillian_log_server.address=127.0.0.1',
    `--trillian_log_server.port=${ports.trillian}`,
    `--trillian_log_server.tlog_id=${tree}`,
    '--enable_retrieve_api=false',
    `--enabled_api_endpoints=${endpoints}`,
  ];
  const isReady = answers(`${urls.rekor1}/ping`);
  return group.start({ name: 'rekor1', program: tools.go.rekor, argv, isReady });
}
