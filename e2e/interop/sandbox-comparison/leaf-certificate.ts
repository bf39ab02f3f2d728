// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { childrenOf, TAG } from './der.ts';

const AUTHORITY_KEY_ID = '551d23';
const SCT_LIST = '2b06010401d679020402';
const EXTENSIONS_TAG = 0xa3;
/** Version, log id and time of a timestamp, before the length of its extensions (RFC 6962 §3.2). */
const BEFORE_SCT_EXTENSIONS = 1 + 32 + 8;

interface Extension {
  /** In hexadecimal, as DER has it. */
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Subject, lifetime and extensions of a certificate in PEM, in their order. */
export function leafExtensions(pem: string): string {
  const { subject, subjectAltName, validFrom, validTo } = new X509Certificate(pem);
  const lines = extensionsOf(pem).map(({ oid, critical, value }) => {
    const elsewhere = oid === AUTHORITY_KEY_ID || oid === SCT_LIST;
    return `${oid}${critical ? ' critical' : ''} ${elsewhere ? '' : Buffer.from(value).toString('latin1')}`;
  });
  const lifetime = Date.parse(validTo) - Date.parse(validFrom);
  return [`${subject} ${subjectAltName} ${lifetime}`, ...lines].join('\n');
}

/** The lengths of the extensions in each signed certificate timestamp of a certificate in PEM. */
export function sctExtensions(pem: string): string {
  const found = extensionsOf(pem).find(({ oid }) => oid === SCT_LIST);
  const [list] = childrenOf(found?.value ?? new Uint8Array());
  const lengths: number[] = [];
  let rest = Buffer.from(list?.content ?? []).subarray(2);
  while (rest.length > 0) {
    const end = 2 + rest.readUInt16BE(0);
    lengths.push(rest.readUInt16BE(2 + BEFORE_SCT_EXTENSIONS));
    rest = rest.subarray(end);
  }
  return `extensions of ${lengths.join(', ')} bytes`;
}

function extensionsOf(pem: string): Extension[] {
  const [certificate] = childrenOf(new X509Certificate(pem).raw);
  const [tbs] = childrenOf(certificate?.content ?? new Uint8Array());
  const tagged = childrenOf(tbs?.content ?? new Uint8Array()).find(({ tag }) => tag === EXTENSIONS_TAG);
  const [list] = childrenOf(tagged?.content ?? new Uint8Array());
  return childrenOf(list?.content ?? new Uint8Array()).map(({ content }) => {
    const parts = childrenOf(content);
    return {
      oid: Buffer.from(parts[0]?.content ?? []).toString('hex'),
      critical: parts.some(({ tag }) => tag === TAG.boolean),
      value: parts.at(-1)?.content ?? new Uint8Array(),
    };
  });
}
