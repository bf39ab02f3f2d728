// SPDX-License-Identifier: Apache-2.0
import { type IdToken, requestVerifiedClaims } from '@colophon/oidc';
import { buildProvenance, type BuildProvenance } from '@colophon/sign';
import { usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { SigningOptions } from './signing.ts';

/** `ISSUER=URL`, separated by blanks: where a rehearsal finds the keys of issuers that it stands in for. */
const VARIABLE = 'COLOPHON_ISSUER_STAND_INS';

/**
 * The provenance of what this job builds, by the claims of its token, whose signature is verified for that by the keys of its
 * issuer.
 * @throws OidcError, HttpError; SignError ERR_PROVENANCE_CLAIMS; CliError ERR_USAGE
 */
export async function verifiedBuild(
  token: IdToken,
  { context, http }: Pick<SigningOptions, 'context' | 'http'>,
): Promise<BuildProvenance> {
  const { host } = context;
  const request = { http, now: host.now(), standIns: issuerStandIns(context), signal: host.signal };
  return buildProvenance(await requestVerifiedClaims(token, request));
}

// Another's keys are for another Sigstore: what goes into a public log must be true to everybody.
function issuerStandIns({ host, options }: Context): ReadonlyMap<string, string> {
  const text = host.environment[VARIABLE] ?? '';
  if (text === '') return new Map();
  const own = options.trustConfig ?? options.signingConfig ?? options.instance;
  if (own === undefined)
    throw usageError(
      `${VARIABLE} is for a Sigstore of one's own: --trust-config, --trusted-root with --signing-config, or --instance`,
    );
  return new Map(
    text.split(/\s+/).map((pair) => {
      const [, issuer, place] = /^(https:\/\/[^=]+)=(\S+)$/.exec(pair) ?? [];
      if (issuer === undefined || place === undefined) throw usageError(`${VARIABLE}: expected ISSUER=URL`);
      return [issuer, place];
    }),
  );
}
