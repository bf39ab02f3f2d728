// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import {
  describeEmbeddedTrustedRoot,
  embeddedSigningConfig,
  embeddedTrustedRoot,
  parseClientTrustConfig,
  parseSigningConfig,
  parseTrustedRoots,
  type SigningConfig,
  type TrustedRoot,
} from '@colophon/trust';
import { usageError } from './cli-error.ts';
import type { Context } from './command.ts';
import { readWhole } from './input-file.ts';

/** Whom a run trusts; several roots are alternatives, never merged. `source` says where they came from. */
export interface Trust {
  readonly roots: readonly [TrustedRoot, ...TrustedRoot[]];
  readonly source: string;
}

/** One whole instance of Sigstore, to sign with. */
export interface Instance extends Trust {
  readonly signingConfig: SigningConfig;
}

/** The trust that a verification starts from: the user's file, else the embedded public-good root. */
export async function loadTrust({ options, host }: Context): Promise<Trust> {
  const { trustConfig, trustedRoot } = options;
  if (trustConfig !== undefined) {
    const config = parseClientTrustConfig(await readWhole(resolve(host.workingDirectory, trustConfig)));
    return { roots: [config.trustedRoot], source: trustConfig };
  }
  if (trustedRoot === undefined) return embeddedTrust();
  const bytes = await readWhole(resolve(host.workingDirectory, trustedRoot));
  const [first, ...others] = parseTrustedRoots(bytes, { jsonl: trustedRoot.endsWith('.jsonl') });
  if (first === undefined) throw usageError(`${trustedRoot} holds no trusted root`);
  return { roots: [first, ...others], source: trustedRoot };
}

function embeddedTrust(): Trust {
  const newest = describeEmbeddedTrustedRoot().newestStart.toISOString().slice(0, 10);
  return { roots: [embeddedTrustedRoot()], source: `the embedded public-good root (newest key ${newest})` };
}

/**
 * The instance to sign with. Half an instance never signs: a root of one's own with the public services would put
 * private names into somebody else's log.
 */
export async function loadInstance(context: Context): Promise<Instance> {
  const { trustConfig, trustedRoot, signingConfig } = context.options;
  if (trustConfig !== undefined) {
    const bytes = await readWhole(resolve(context.host.workingDirectory, trustConfig));
    const config = parseClientTrustConfig(bytes);
    return { roots: [config.trustedRoot], signingConfig: config.signingConfig, source: trustConfig };
  }
  if ((trustedRoot === undefined) !== (signingConfig === undefined))
    throw usageError('to sign, --trusted-root and --signing-config go together');
  const trust = await loadTrust(context);
  if (signingConfig === undefined) return { ...trust, signingConfig: embeddedSigningConfig() };
  const bytes = await readWhole(resolve(context.host.workingDirectory, signingConfig));
  return { ...trust, signingConfig: parseSigningConfig(bytes) };
}
