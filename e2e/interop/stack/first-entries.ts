// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { urls } from './addresses.ts';

/**
 * Puts one entry into each log, so that no client gets the entry with index 0. Go and JavaScript leave a zero out of
 * the JSON of a bundle, and sigstore-python then refuses the bundle: on a log with a past that never happens.
 */
export async function addFirstEntries(): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = Buffer.from('the first entry');
  const hash = createHash('sha256').update(message);
  const [hex, base64] = [hash.copy().digest('hex'), hash.digest('base64')];
  const content = sign('sha256', message, privateKey).toString('base64');
  const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })).toString('base64');
  const rawBytes = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  await post(`${urls.rekor1}/api/v1/log/entries`, {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      signature: { content, publicKey: { content: pem } },
      data: { hash: { algorithm: 'sha256', value: hex } },
    },
  });
  await post(`${urls.rekor2}/api/v2/log/entries`, {
    hashedRekordRequestV002: {
      digest: base64,
      signature: { content, verifier: { publicKey: { rawBytes }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' } },
    },
  });
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
}
