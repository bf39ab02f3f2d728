// SPDX-License-Identifier: Apache-2.0
import type { DerElement } from './der.ts';
import { readText, readUtf8String } from './der-value.ts';
import type { Extensions } from './extension.ts';
import { PkiError } from './pki-error.ts';

const ARC = '1.3.6.1.4.1.57264.1';

/** Fulcio's first claims: bare text. The issuer (.1) is read apart, as the predecessor of .8. */
const RAW_CLAIMS = {
  'github-workflow-trigger': 2,
  'github-workflow-sha': 3,
  'github-workflow-name': 4,
  'github-workflow-repository': 5,
  'github-workflow-ref': 6,
} as const;

/** The claims that replaced them: a DER UTF8String each. */
const UTF8_CLAIMS = {
  'build-signer-uri': 9,
  'build-signer-digest': 10,
  'runner-environment': 11,
  'source-repository-uri': 12,
  'source-repository-digest': 13,
  'source-repository-ref': 14,
  'source-repository-identifier': 15,
  'source-repository-owner-uri': 16,
  'source-repository-owner-identifier': 17,
  'build-config-uri': 18,
  'build-config-digest': 19,
  'build-trigger': 20,
  'run-invocation-uri': 21,
  'source-repository-visibility-at-signing': 22,
  'deployment-environment': 23,
  subject: 24,
} as const;

export type FulcioClaimName = 'issuer' | keyof typeof RAW_CLAIMS | keyof typeof UTF8_CLAIMS;

/** What the identity provider said about the signer, as Fulcio copied it into the certificate. */
export type FulcioClaims = Readonly<Partial<Record<FulcioClaimName, string>>>;

/** The claims of .9 to .24, in the order of their numbers: those that a policy may demand by name. */
export const FULCIO_CLAIM_NAMES: readonly FulcioClaimName[] = Object.keys(UTF8_CLAIMS) as FulcioClaimName[];

type ClaimReader = (content: DerElement, what: string) => string;

const readWrapped: ClaimReader = (content, what) => readUtf8String(content.inner, what);

/** The names of the extensions are made once: a certificate is asked for each. */
const CLAIMS: readonly (readonly [name: FulcioClaimName, oid: string, read: ClaimReader])[] = [
  ...Object.entries(RAW_CLAIMS).map(([name, number]) => claim(name, number, readText)),
  ...Object.entries(UTF8_CLAIMS).map(([name, number]) => claim(name, number, readWrapped)),
];
const [FIRST_ISSUER, ISSUER] = [`${ARC}.1`, `${ARC}.8`];

function claim(name: string, number: number, read: ClaimReader): [FulcioClaimName, string, ClaimReader] {
  return [name as FulcioClaimName, `${ARC}.${number}`, read];
}

/**
 * Reads Fulcio's extensions 1.3.6.1.4.1.57264.1.1-.6 (bare text) and .8-.24 (DER UTF8String). `issuer` is .8, else .1;
 * where both stand they must agree, since verifiers differ on which one they read.
 * @throws PkiError ERR_CERTIFICATE_CLAIM
 */
export function readFulcioClaims(extensions: Extensions): FulcioClaims {
  const claims: Partial<Record<FulcioClaimName, string>> = {};
  const issuer = readIssuer(extensions);
  if (issuer !== undefined) claims.issuer = issuer;
  for (const [name, oid, read] of CLAIMS) {
    const value = readClaim(extensions, oid, read);
    if (value !== undefined) claims[name] = value;
  }
  return claims;
}

function readIssuer(extensions: Extensions): string | undefined {
  const first = readClaim(extensions, FIRST_ISSUER, readText);
  const second = readClaim(extensions, ISSUER, readWrapped);
  if (first !== undefined && second !== undefined && first !== second)
    throw new PkiError(
      'ERR_CERTIFICATE_CLAIM',
      'the certificate names two different issuers of the identity',
    );
  return second ?? first;
}

function readClaim(extensions: Extensions, oid: string, read: ClaimReader): string | undefined {
  const extension = extensions.get(oid);
  if (extension === undefined) return undefined;
  try {
    return read(extension.content, 'a claim');
  } catch (cause) {
    const message = `the claim ${oid} of the certificate cannot be read`;
    throw new PkiError('ERR_CERTIFICATE_CLAIM', message, { cause });
  }
}
