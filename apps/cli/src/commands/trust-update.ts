// SPDX-License-Identifier: Apache-2.0
import { parseTrustedRoot } from '@colophon/trust';
import { refreshTrust } from '@colophon/tuf';
import { usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT } from '../exit-status.ts';
import type { Arguments } from '../options/arguments.ts';
import { cacheFolder } from '../trust/trust-folders.ts';
import { describeOrigin, trustJson } from '../trust/trust-origin.ts';
import { chosenRepository } from '../trust/trust-repository.ts';
import { materialOf, tellNotices } from '../trust/trust-tuf.ts';

/** `trust update`: asks the repository, however fresh the cache is. */
export async function runTrustUpdate(_args: Arguments, context: Context): Promise<Outcome> {
  const { host, options, talk } = context;
  const file = options.trustConfig ?? options.trustedRoot ?? options.signingConfig;
  if (file !== undefined) throw usageError(`${file} is a file, which no repository updates`);
  const repository = await chosenRepository(context);
  const now = host.now();
  const trust = await withClient(context, (http) =>
    refreshTrust(repository, { cacheFolder: cacheFolder(context), now, http, signal: host.signal }),
  );
  // To keep it is what was asked for.
  const unstored = trust.notices.find(({ code }) => code === 'ERR_TUF_STORE');
  if (unstored !== undefined) throw unstored;
  tellNotices(context, trust);
  const { trustedRoot, origin } = materialOf(trust, now);
  const roots = [parseTrustedRoot(trustedRoot)] as const;
  const { root, timestamp, snapshot, targets } = trust.versions;
  talk.result(
    `updated: ${trust.url}  root ${root}, timestamp ${timestamp}, snapshot ${snapshot}, targets ${targets}, valid until ${trust.expires.toISOString()}`,
  );
  const material = { roots, source: describeOrigin(origin), origin, documents: [trustedRoot] };
  return {
    status: EXIT.ok,
    report: { schema: 'colophon.trust-update/1', status: EXIT.ok, trust: trustJson(material) },
  };
}
