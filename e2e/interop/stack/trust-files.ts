// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** Where a client is sent instead of to the services themselves: proxies that stand before them. */
export interface Detours {
  readonly fulcio?: string;
  readonly rekor?: string;
  readonly tsa?: string;
}

export interface ClientFiles {
  readonly signingConfig: string;
  /** Signing configuration and trusted root in one file. */
  readonly trustConfig: string;
}

export async function writeTrustFiles(keys: KeyFiles, folder: string): Promise<TrustFiles> {
  const root = await rootOf(keys);
  const trustedRootFile = await write(folder, 'trusted_root', root);
  const one = await writeClientFiles(trustedRootFile, { name: 'v1', version: 1 });
  const two = await writeClientFiles(trustedRootFile, { name: 'v2', version: 2 });
  return {
    trustedRoot: trustedRootFile,
    signingConfigV1: one.signingConfig,
    signingConfigV2: two.signingConfig,
    trustConfigV1: one.trustConfig,
    trustConfigV2: two.trustConfig,
  };
}

/** Writes, beside the trusted root, the files for a client that uses one version of Rekor, by way of `detours`. */
export async function writeClientFiles(
  trustedRootFile: string,
  choice: { readonly name: string; readonly version: 1 | 2; readonly detours?: Detours },
): Promise<ClientFiles> {
  const { name, version, detours = {} } = choice;
  const config = signingConfig({
    fulcio: detours.fulcio ?? urls.fulcio,
    oidc: issuers.email.url,
    logs: [{ url: detours.rekor ?? (version === 1 ? urls.rekor1 : urls.rekor2), version }],
    tsa: detours.tsa ?? urls.tsa,
  });
  const folder = dirname(trustedRootFile);
  const root = JSON.parse(await readFile(trustedRootFile, 'utf8')) as object;
  return {
    signingConfig: await write(folder, `signing_config.${name}`, config),
    trustConfig: await write(folder, `trust_config.${name}`, clientTrustConfig(root, config)),
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

/** One line with its end: readers of JSON Lines drop a last line that is not ended. */
async function write(folder: string, name: string, document: object): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, `${JSON.stringify(document)}\n`);
  return path;
}
