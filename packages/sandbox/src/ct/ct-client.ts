// SPDX-License-Identifier: Apache-2.0
import { encodeBase64, parseJson, readBase64, readObject } from '@colophon/base';
import type { SignedCertificateTimestamp } from './ct-log.ts';

/** Asks a log for the timestamp of a precertificate, with the issuers after it, over HTTP. */
export async function submitPrecertificate(
  logUrl: string,
  chain: readonly Uint8Array[],
): Promise<SignedCertificateTimestamp> {
  const answer = await fetch(`${logUrl}/ct/v1/add-pre-chain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chain: chain.map(encodeBase64) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the log answered ${answer.status}`);
  const sct = readObject(parseJson(text), '$', {
    required: ['id', 'timestamp', 'extensions', 'signature'],
    open: true,
  });
  return {
    logId: readBase64(sct['id'], '$.id'),
    timestamp: BigInt(Number(sct['timestamp'])),
    extensions: readBase64(sct['extensions'], '$.extensions'),
    signature: readBase64(sct['signature'], '$.signature'),
  };
}
