// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { equalBytes, sha256 } from '@colophon/base';
import { Certificate, type Extension } from 'pkijs';
import { spkiOf } from '../spki.ts';
import type { PrecertificateEntry } from './ct-log.ts';

const POISON = '1.3.6.1.4.1.11129.2.4.3';

/**
 * The log's entry for a precertificate that its issuers follow (RFC 6962 §3.2). Throws where it is no precertificate
 * or does not lead to `root`.
 */
export function precertificateEntry(chain: readonly Uint8Array[], root: Uint8Array): PrecertificateEntry {
  const [precertificate, issuer] = chain;
  if (!precertificate || !issuer) throw new TypeError('a precertificate and its issuer are needed');
  requireChain(chain, root);
  const parsed = Certificate.fromBER(precertificate);
  const extensions = parsed.extensions ?? [];
  if (!extensions.some(isPoison)) throw new TypeError('not a precertificate');
  parsed.extensions = extensions.filter((extension) => !isPoison(extension));
  return {
    issuerKeyHash: sha256(spkiOf(new X509Certificate(issuer).publicKey)),
    tbsCertificate: new Uint8Array(parsed.encodeTBS().toBER()),
  };
}

function isPoison(extension: Extension): boolean {
  return extension.extnID === POISON && extension.critical;
}

function requireChain(chain: readonly Uint8Array[], root: Uint8Array): void {
  const whole = equalBytes(chain.at(-1) ?? root, root) ? chain : [...chain, root];
  const certificates = whole.map((der) => new X509Certificate(der));
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1] ?? certificate;
    if (!certificate.verify(issuer.publicKey))
      throw new TypeError('chain does not lead to a root of the log');
  }
}
