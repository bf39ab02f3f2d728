// SPDX-License-Identifier: Apache-2.0
import { derError, expectTag, readChildren, TAG, type DerElement } from './der.ts';
import { readOid } from './der-value.ts';

/** How a certificate is signed: the type of key, and the digest where the scheme takes one. */
export interface SignatureAlgorithm {
  readonly keyType: 'ec' | 'rsa' | 'ed25519';
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
}

const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.10045.4.3.2': { keyType: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', hash: 'sha512' },
  '1.2.840.113549.1.1.11': { keyType: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', hash: 'sha512' },
  '1.3.101.112': { keyType: 'ed25519', hash: undefined },
};

/** Reads an AlgorithmIdentifier of a signature; SHA-1 and whatever else is not listed is refused. @throws PkiError ERR_CERTIFICATE */
export function readSignatureAlgorithm(element: DerElement): SignatureAlgorithm {
  const [name, parameters, ...more] = readChildren(
    expectTag(element, TAG.sequence, 'the signature algorithm'),
  );
  const oid = readOid(name, 'the signature algorithm');
  const algorithm = Object.hasOwn(ALGORITHMS, oid) ? ALGORITHMS[oid] : undefined;
  if (algorithm === undefined) throw derError(`the signature algorithm ${oid} is not supported`);
  // RFC 4055 §5 demands NULL for RSA; RFC 5758 §3.2 and RFC 8410 §3 demand that the others leave parameters out.
  const rightForm = algorithm.keyType === 'rsa' ? parameters?.tag === TAG.null : parameters === undefined;
  if (!rightForm || (parameters?.value.length ?? 0) > 0 || more.length > 0)
    throw derError('the parameters of the signature algorithm are not as its standard demands');
  return algorithm;
}
