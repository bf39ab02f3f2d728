// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { HttpClient } from '@colophon/http';
import { parseIdToken } from '@colophon/oidc';
import { afterEach, describe, expect, it } from 'vitest';
import {
  encodeCertificateRequest,
  EphemeralKey,
  FulcioClient,
  processCertificateAnswer,
} from '../src/index.ts';
import { type LoopbackServer, type Reply, startServer } from './support/loopback-server.ts';
import { ToyCa } from './support/toy-ca.ts';
import { answerWith, leafRecipe } from './support/toy-fulcio.ts';
import { NOW, toyToken } from './support/toy-token.ts';

const http = new HttpClient({ userAgent: 'colophon-test/1', sleep: async () => undefined });
const key = new EphemeralKey();
const CERTIFICATE = new ToyCa().issue(leafRecipe(key.publicKeyInfo));
const GOOD = answerWith(CERTIFICATE, CERTIFICATE);
const csrPem = encodeCertificateRequest(key);
const token = parseIdToken(toyToken(), { audience: 'sigstore', now: NOW });
let server: LoopbackServer | undefined;

afterEach(async () => {
  server?.stop();
  await http.close();
});

async function order(...replies: Reply[]): Promise<Uint8Array> {
  server = await startServer(() => replies.shift() ?? { status: 500, body: '' });
  return await new FulcioClient({ url: `${server.url}/`, http }).requestCertificate({ token, csrPem });
}

describe('requestCertificate', () => {
  it('sends the request with the token and takes the leaf', async () => {
    expect(await order({ status: 201, body: GOOD })).toEqual(CERTIFICATE);
    const [request] = server?.requests ?? [];
    expect(request?.path).toBe('/api/v2/signingCert');
    expect(request?.authorization).toBe(`Bearer ${token.secret.reveal()}`);
    const certificateSigningRequest = Buffer.from(csrPem).toString('base64');
    expect(JSON.parse(request?.body ?? '')).toEqual({ certificateSigningRequest });
  });

  it('asks again when the authority is busy', async () => {
    await order({ status: 503, body: '' }, { status: 429, body: '' }, { status: 200, body: GOOD });
    expect(server?.requests).toHaveLength(3);
  });

  it.each([
    ['a refusal', 400, `{"code":3,"message":"cannot read ${toyToken()}"}`, 'ERR_FULCIO_REFUSED'],
    ['a refusal of the token', 401, toyToken(), 'ERR_FULCIO_REFUSED'],
    [
      'an answer with the token for a key, twice',
      201,
      `{"${toyToken()}":1,"${toyToken()}":2}`,
      'ERR_FULCIO_ANSWER',
    ],
    ['an answer that echoes the token', 201, toyToken(), 'ERR_FULCIO_ANSWER'],
    [
      'an answer with the token for a certificate',
      201,
      JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates: [toyToken()] } } }),
      'ERR_FULCIO_ANSWER',
    ],
  ])('ends on %s without telling the token', async (_title, status, body, code) => {
    const error: unknown = await order({ status, body }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('eyJ');
  });
});

describe('processCertificateAnswer', () => {
  it.each([
    ['nothing', ''],
    ['an empty message', '{}'],
    ['a timestamp apart from the certificate', JSON.stringify({ signedCertificateDetachedSct: {} })],
    ['no certificate', answerWith()],
    ['more certificates than any chain has', answerWith(...Array.from({ length: 9 }, () => CERTIFICATE))],
    ['two certificates in one text', GOOD.replace('","-----BEGIN', '-----BEGIN')],
    [
      'text that is no PEM',
      JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates: ['x'] } } }),
    ],
    ['a key in place of a certificate', GOOD.replaceAll('CERTIFICATE', 'PUBLIC KEY')],
    [
      'a certificate that is a number',
      JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates: [1] } } }),
    ],
  ])('refuses %s', (_title, body) => {
    expect(() => processCertificateAnswer(body, 'fulcio')).toThrowError(
      expect.objectContaining({ code: 'ERR_FULCIO_ANSWER' }),
    );
  });
});
