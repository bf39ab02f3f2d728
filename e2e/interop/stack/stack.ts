// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tools } from '../build.ts';
import { type StackUrls, urls } from './addresses.ts';
import { addFirstEntries } from './first-entries.ts';
import { rekor2Storage, startFulcio, startRekor2, startTsa } from './front-services.ts';
import { type KeyFiles, makeKeys } from './keys.ts';
import { startTrillianLogs } from './log-services.ts';
import { ServiceGroup } from './service-group.ts';
import { startTileServer } from './tile-server.ts';
import { startTokenService, type TokenService } from './token-service.ts';
import { type TrustFiles, writeTrustFiles } from './trust-files.ts';

/** The files of a stack, for clients and for tests that forge. */
export interface StackFiles extends TrustFiles {
  readonly keys: KeyFiles;
  /** Tiles and checkpoint of Rekor v2. */
  readonly rekor2Storage: string;
  readonly logs: string;
}

export interface Stack {
  readonly urls: StackUrls;
  readonly files: StackFiles;
  readonly issueToken: TokenService['issueToken'];
  /** The environment of a job on GitHub whose ambient token comes from this stack. */
  readonly ambientGithub: TokenService['ambientGithub'];
  readonly rotateTokenKeys: TokenService['rotateKeys'];
  /** The running programs: `stop` and `restart` are for tests of faults. */
  readonly services: ServiceGroup;
  close(): Promise<void>;
}

/**
 * Brings a whole Sigstore up on loopback, with fresh keys and nearly empty logs under `folder`, and resolves once
 * every service answers. Must run in a network namespace of its own (namespace.ts): the ports are fixed.
 */
export async function startStack(tools: Tools, folder: string): Promise<Stack> {
  const logs = join(folder, 'logs');
  await mkdir(logs, { recursive: true });
  const keys = await makeKeys(tools.system.openssl, join(folder, 'keys'));
  const group = new ServiceGroup(logs);
  const parts = { group, tools, keys, folder };
  try {
    const tokens = await startTokenService({ key: keys.tlsKey, certificate: keys.tlsCertificate });
    await startTsa(parts);
    await Promise.all([startTrillianLogs(parts), startFulcio(parts), startRekor2(parts)]);
    const tiles = await startTileServer(rekor2Storage(folder));
    await addFirstEntries();
    const files = {
      ...(await writeTrustFiles(keys, folder)),
      keys,
      rekor2Storage: rekor2Storage(folder),
      logs,
    };
    const close = async (): Promise<void> => {
      await group.close();
      await Promise.all([tokens.close(), tiles.close()]);
    };
    return {
      urls,
      files,
      issueToken: tokens.issueToken,
      ambientGithub: tokens.ambientGithub,
      rotateTokenKeys: tokens.rotateKeys,
      services: group,
      close,
    };
  } catch (error) {
    await group.close();
    throw error;
  }
}
