// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_HOSTNAME, urls } from './addresses.ts';
import { issuers } from './issuers.ts';
import type { KeyFiles } from './keys.ts';
import { clientTrustConfig, signingConfig, trustedRoot } from './trust-material.ts';

/** What clients are pointed at. `…V1` names Rekor v1 alone, as PyPI needs it; `…V2` Rekor v2 alone. */
export interface TrustFiles {
  readonly trustedRoot: string;
  readonly signingConfigV1: string;
  readonly signingConfigV2: string;
  readonly trustConfigV1: string;
  readonly trustConfigV2: string;
}

export async function writeTrustFiles(keys: KeyFiles, folder: string): Promise<TrustFiles> {
  const root = await rootOf(keys);
  const configs = { v1: configFor(urls.rekor1, 1), v2: configFor(urls.rekor2, 2) };
  return {
    trustedRoot: await write(folder, 'trusted_root', root),
    signingConfigV1: await write(folder, 'signing_config.v1', configs.v1),
    signingConfigV2: await write(folder, 'signing_config.v2', configs.v2),
    trustConfigV1: await write(folder, 'trust_config.v1', clientTrustConfig(root, configs.v1)),
    trustConfigV2: await write(folder, 'trust_config.v2', clientTrustConfig(root, configs.v2)),
  };
}

async function rootOf(keys: KeyFiles): Promise<object> {
  return trustedRoot({
    fulcio: { url: urls.fulcio, chain: await readFile(keys.fulcioChain, 'utf8') },
    ctLog: { url: urls.ctLog, key: await readFile(keys.ctPublic, 'utf8') },
    rekor1: { url: urls.rekor1, key: await readFile(keys.rekor1Public, 'utf8') },
    rekor2: { url: urls.rekor2, key: await readFile(keys.rekor2Public, 'utf8'), origin: LOG_HOSTNAME },
    tsa: { url: urls.tsa, chain: await readFile(keys.tsaChain, 'utf8') },
  });
}

function configFor(url: string, version: 1 | 2): object {
  return signingConfig({
    fulcio: urls.fulcio,
    oidc: issuers.email.url,
    logs: [{ url, version }],
    tsa: urls.tsa,
  });
}

/** One line with its end: readers of JSON Lines drop a last line that is not ended. */
async function write(folder: string, name: string, document: object): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, `${JSON.stringify(document)}\n`);
  return path;
}
