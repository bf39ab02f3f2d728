// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { decodeUtf8, equalBytes } from '@colophon/base';
import { describeRoot, repositoryUrl } from '@colophon/tuf';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT } from '../exit-status.ts';
import { readWhole } from '../files/input-file.ts';
import type { Arguments } from '../options/arguments.ts';
import { exists, writeWhole } from '../files/output-file.ts';
import { addedRootPath, BUILT_IN } from '../trust/trust-repository.ts';

/** `trust add`: keeps the root that trust in a repository begins at. Nothing is asked of the repository. */
export async function runTrustAdd(args: Arguments, context: Context): Promise<Outcome> {
  const { host, talk } = context;
  const [url, file] = urlAndRoot(args, context);
  if (BUILT_IN.includes(url)) throw usageError(`${url} is built in: its first root is part of this program`);
  const bytes = await readWhole(resolve(host.workingDirectory, file));
  const { version, expires, sha256 } = describeRoot(bytes);
  const path = addedRootPath(host, url);
  const replaced = (await exists(path)) && !equalBytes(await readWhole(path), bytes);
  if (replaced) talk.warn(`${url} was trusted from another root until now`);
  await writeWhole(path, decodeUtf8(bytes));
  talk.result(`added: ${url}  root version ${version}, sha256 ${sha256}`);
  talk.say(
    'whoever made this root decides whom --instance trusts: compare the digest with what its operators publish',
  );
  return {
    status: EXIT.ok,
    report: {
      schema: 'colophon.trust-add/1',
      status: EXIT.ok,
      url,
      root: { version, expires: expires.toISOString(), sha256 },
      replaced,
    },
  };
}

function urlAndRoot({ operands }: Arguments, { options }: Context): [url: string, file: string] {
  const { instance } = options;
  const given = instance === undefined || operands.length > 1 ? operands : [instance, ...operands];
  const [url, file, ...others] = given;
  if (
    url === undefined ||
    file === undefined ||
    others.length > 0 ||
    (instance !== undefined && given === operands)
  )
    throw usageError('expected the URL of a TUF repository and a file with its root, and no more');
  return [repositoryUrl(url === 'github' ? 'https://tuf-repo.github.com' : url), file];
}
