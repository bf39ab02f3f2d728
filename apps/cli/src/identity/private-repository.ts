// SPDX-License-Identifier: Apache-2.0
import type { IdToken } from '@colophon/oidc';
import { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';

/**
 * Stops a private repository before its name reaches a public log for ever. Where that is meant (`--allow-private`), says by
 * name what becomes public.
 * @throws CliError ERR_PRIVATE_REPOSITORY
 */
export async function guardPrivateRepository(
  token: IdToken,
  allowed: boolean,
  { talk }: Pick<Context, 'talk'>,
): Promise<void> {
  const { claims } = token;
  const visibility = claims.repository_visibility ?? claims.project_visibility;
  if (visibility === undefined || visibility === 'public') return;
  const name = claims.repository ?? claims.project_path ?? 'this repository';
  if (!allowed)
    throw new CliError(
      'ERR_PRIVATE_REPOSITORY',
      `${name} is ${visibility}, and a signature would publish its name, workflow, ref and commit`,
    );
  const facts = await factsOf(token);
  talk.warn(`${name} is ${visibility}; the certificate publishes for ever: ${facts.join(', ')}`);
}

// Few repositories are private: nobody else waits for this to be loaded.
async function factsOf(token: IdToken): Promise<string[]> {
  const { predictCertificate } = await import('../doctor/predicted-certificate.ts');
  const extensions = Object.keys(predictCertificate(token)?.extensions ?? {});
  const known = extensions.length > 0 ? extensions : ['whatever else Fulcio takes from the token'];
  return ['identity (the name and place of the workflow)', ...known];
}
