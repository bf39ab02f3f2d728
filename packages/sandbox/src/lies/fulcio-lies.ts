// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import type { JsonObject } from '@colophon/base';
import { ExtendedKeyUsageExtension } from '@peculiar/x509';
import type { CtLog } from '../ct/ct-log.ts';
import { precertificateEntry } from '../ct/precertificate.ts';
import { CertificateAuthority } from '../fulcio/certificate-authority.ts';
import type { CertifiedIdentity } from '../fulcio/extension-templates.ts';
import { fulcioHandler, type FulcioOptions } from '../fulcio/fulcio-service.ts';
import type { Handler } from '../http-service.ts';
import type { CertificateDraft } from '../issuing-authority.ts';
import { derOfPem, pemOf } from '../pem.ts';
import { spkiOf } from '../spki.ts';
import { changingJson, flipped, type Lies } from './lie.ts';

const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';
const HOUR_MS = 3_600_000;
/** Fulcio's two extensions for the issuer. */
const ISSUER_ARCS = [1, 8];

interface Answer {
  signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
}

/**
 * The lies of an authority. But for the one that it tells, a certificate is as it should be: from the trusted authority,
 * and logged by `ctLog`.
 */
export function fulcioLies(options: FulcioOptions, ctLog: CtLog): Lies {
  const honest = fulcioHandler(options);
  const drafting = (changeDraft: FulcioOptions['changeDraft'] & object) =>
    fulcioHandler({ ...options, changeDraft });
  const certifying = (changeIdentity: FulcioOptions['changeIdentity'] & object) =>
    fulcioHandler({ ...options, changeIdentity });
  const { clock } = options;
  const late = { now: () => new Date(clock.now().getTime() - HOUR_MS) };
  return {
    'wrong-signature': changingJson(honest, forgeLeaf),
    'other-signer': strangers(options, ctLog),
    'other-key': drafting((draft) => ({ ...draft, publicKey: anotherKey() })),
    'other-identity': certifying(asAnother),
    'other-issuer': certifying(ofAnotherIssuer),
    'other-purpose': drafting(forServers),
    expired: drafting((draft) => ({
      ...draft,
      notBefore: late.now(),
      notAfter: new Date(late.now().getTime() + HOUR_MS / 2),
    })),
    'no-timestamp': fulcioHandler({ ...options, withoutTimestamp: true }),
    'detached-timestamp': changingJson(honest, detachTimestamp),
  };
}

// The stranger's certificates are in the log that ours are in: only the chain is wrong.
function strangers(options: FulcioOptions, ctLog: CtLog): Handler {
  let handler: Promise<Handler> | undefined;
  const open = async (): Promise<Handler> => {
    const authority = await CertificateAuthority.create();
    const [, root] = authority.chain;
    const logPrecertificate: FulcioOptions['logPrecertificate'] = (chain) =>
      Promise.resolve(ctLog.add(precertificateEntry(chain, root)));
    return fulcioHandler({ ...options, authority, logPrecertificate });
  };
  return async (request) => {
    handler ??= open();
    return (await handler)(request);
  };
}

function anotherKey(): Uint8Array {
  return spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
}

function asAnother({ alternativeName: { type, value }, ...rest }: CertifiedIdentity): CertifiedIdentity {
  return { ...rest, alternativeName: { type, value: `${value}x` } };
}

function ofAnotherIssuer({ extensions, ...rest }: CertifiedIdentity): CertifiedIdentity {
  const another = extensions.map(
    ([arc, text]) => [arc, ISSUER_ARCS.includes(arc) ? 'https://issuer.example.com' : text] as const,
  );
  return { ...rest, extensions: another };
}

function forServers({ extensions, ...rest }: CertificateDraft): CertificateDraft {
  const others = extensions.filter(({ type }) => type !== EXTENDED_KEY_USAGE);
  return { ...rest, extensions: [...others, new ExtendedKeyUsageExtension([SERVER_AUTHENTICATION])] };
}

// A certificate ends with its issuer's signature.
function forgeLeaf(document: JsonObject): void {
  const { chain } = (document as unknown as Answer).signedCertificateEmbeddedSct;
  const [leaf = '', ...issuers] = chain.certificates;
  chain.certificates = [pemOf(flipped(derOfPem(leaf, ['CERTIFICATE'])), 'CERTIFICATE'), ...issuers];
}

function detachTimestamp(document: JsonObject): void {
  const answer = document as unknown as Record<string, unknown>;
  const { chain } = (document as unknown as Answer).signedCertificateEmbeddedSct;
  delete answer['signedCertificateEmbeddedSct'];
  answer['signedCertificateDetachedSct'] = { chain, signedCertificateTimestamp: 'AA==' };
}
