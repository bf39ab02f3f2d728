// SPDX-License-Identifier: Apache-2.0
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withCacheLock } from '../../e2e/interop/build/cache.ts';
import { buildGoPrograms, findGo } from '../../e2e/interop/build/go-programs.ts';
import { say } from '../../e2e/interop/build/progress.ts';
import { buildPythonPeers, findPython } from '../../e2e/interop/build/python-peers.ts';
import { PythonDriver } from '../../e2e/interop/peers/python-driver.ts';
import { GoVerifier } from '../services/go-verifier.ts';
import type { Collection, Costs } from './collection.ts';
import { measure, type Run } from './rounds.ts';

/** Verifies some of a collection's bundles, from their paths. */
type Verify = (collection: Collection, from: number, to: number) => Promise<void>;

interface Peer {
  readonly name: string;
  readonly verify: Verify;
  readonly close: () => Promise<void> | void;
}

/**
 * What the peers take, as libraries in warm processes on one core: sigstore-python, and sigstore-go with GOMAXPROCS=1. One that
 * refuses a collection is reported, and has no figure for it.
 */
export async function measurePeers(
  collections: Readonly<Record<string, Collection>>,
  { folder, pin, rounds }: { folder: string; pin: readonly string[]; rounds: number },
): Promise<Costs> {
  const [base, toolchain] = [await findPython(), await findGo()];
  const { python, go } = await withCacheLock(async () => ({
    python: await buildPythonPeers(base),
    go: await buildGoPrograms(toolchain),
  }));
  const interpreter = await writeLauncher(join(folder, 'python'), [...pin, python.interpreter]);
  const verifier = await writeLauncher(join(folder, 'go'), ['env', 'GOMAXPROCS=1', ...pin, go.benchVerify]);
  const costs: Record<string, Costs[string]> = {};
  for (const open of [() => openPython(interpreter, collections, folder), () => openGo(verifier)])
    for (const [prefix, collection] of Object.entries(collections)) {
      const peer = await open();
      try {
        const { items } = collection;
        const run: Run['run'] = (from, to) => peer.verify(collection, from, to);
        await run(0, Math.min(items.length, 20));
        Object.assign(costs, await measure([{ name: prefix + peer.name, count: items.length, run }], rounds));
      } catch (error) {
        say(`${peer.name} verifies none of the ${prefix}bundles: ${String(error)}`);
      } finally {
        await peer.close();
      }
    }
  return costs;
}

/** A program that starts another one as it should run. */
async function writeLauncher(path: string, command: readonly string[]): Promise<string> {
  await writeFile(path, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

async function openPython(
  interpreter: string,
  collections: Readonly<Record<string, Collection>>,
  folder: string,
): Promise<Peer> {
  const [{ trustedRoot } = { trustedRoot: '' }] = Object.values(collections);
  // It reads no signing configuration to verify.
  const files = { trustedRoot, signingConfigV1: trustedRoot };
  const driver = await PythonDriver.start(interpreter, files, join(folder, 'driver'));
  const verify: Verify = async (collection, from, to) => {
    const items = collection.items
      .slice(from, to)
      .map((item) => ({ ...item, trustedRoot: collection.trustedRoot }));
    await driver.call('verify-bundles', { items });
  };
  return { name: 'sigstore_python', verify, close: () => driver.close() };
}

/** Its judge keeps the identity that it was first asked for; so there is one for each. */
function openGo(program: string): Promise<Peer> {
  const verifiers = new Map<string, GoVerifier>();
  const verify: Verify = async ({ trustedRoot, items }, from, to) => {
    const groups = Map.groupBy(items.slice(from, to), ({ identity, issuer }) => `${identity} ${issuer}`);
    for (const [name, group] of groups) {
      const verifier = verifiers.get(name) ?? new GoVerifier(program);
      verifiers.set(name, verifier);
      const [{ identity, issuer } = { identity: '', issuer: '' }] = group;
      await verifier.verify({ peer: 'sigstore-go', workers: 1, trustedRoot, identity, issuer, jobs: group });
    }
  };
  const close = (): void => {
    for (const verifier of verifiers.values()) verifier.close();
  };
  return Promise.resolve({ name: 'sigstore_go', verify, close });
}
