// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseIdToken } from '@colophon/oidc';
import { type CertificateOrder, CertificateSession, identityProviderOf } from '../src/index.ts';
import { ToyCa } from './support/toy-ca.ts';
import { keyOfRequest, leafRecipe } from './support/toy-fulcio.ts';
import { NOW, toyToken } from './support/toy-token.ts';

const ca = new ToyCa();

class Desk {
  readonly orders: CertificateOrder[] = [];
  token = toyToken();
  now = NOW;
  failure: Error | undefined;

  readonly session = new CertificateSession({
    identityProvider: { getToken: async () => this.token },
    fulcio: { requestCertificate: async (order) => this.issue(order) },
    trustedRoot: ca.trustedRoot,
    now: () => this.now,
  });

  issue(order: CertificateOrder): Uint8Array {
    this.orders.push(order);
    if (this.failure !== undefined) throw this.failure;
    const notAfter = new Date(this.now.getTime() + 600_000);
    return ca.issue(leafRecipe(keyOfRequest(order.csrPem), { notBefore: this.now, notAfter }));
  }
}

describe('CertificateSession', () => {
  it('orders one certificate for all, however many ask at once', async () => {
    const desk = new Desk();
    const all = await Promise.all(Array.from({ length: 50 }, () => desk.session.credential()));
    expect(new Set(all).size).toBe(1);
    expect(await desk.session.credential()).toBe(all[0]);
    expect(desk.orders).toHaveLength(1);
  });

  it('orders one more, with a new key and a new token, when the certificate nears its end', async () => {
    const desk = new Desk();
    const first = await desk.session.credential();
    desk.now = new Date(NOW.getTime() + 541_000);
    desk.token = toyToken({ exp: desk.now.getTime() / 1000 + 300 });
    const [second, third] = await Promise.all([desk.session.credential(), desk.session.credential()]);
    expect(second).toBe(third);
    expect(second.key).not.toBe(first.key);
    expect(desk.orders).toHaveLength(2);
  });

  it('fails for all when its one request failed, and asks no more', async () => {
    const desk = new Desk();
    desk.failure = new Error('refused');
    const settled = await Promise.allSettled([desk.session.credential(), desk.session.credential()]);
    await expect(desk.session.credential()).rejects.toBe(desk.failure);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(desk.orders).toHaveLength(1);
  });

  it.each([
    ['is for another audience', { aud: 'pypi' }, 'ERR_TOKEN_AUDIENCE'],
    ['is expired', { exp: 1 }, 'ERR_TOKEN_EXPIRED'],
    ['names nobody', { job_workflow_ref: undefined }, 'ERR_TOKEN_IDENTITY'],
  ])('sends no token that %s', async (_title, claims, code) => {
    const desk = new Desk();
    desk.token = toyToken({ sub: 'somebody', ...claims });
    await expect(desk.session.credential()).rejects.toMatchObject({ code });
    expect(desk.orders).toEqual([]);
  });

  it('uses no certificate that is not what the token says', async () => {
    const desk = new Desk();
    desk.token = toyToken({ job_workflow_ref: 'octo-org/other/.github/workflows/release.yml@refs/tags/v1' });
    await expect(desk.session.credential()).rejects.toMatchObject({ code: 'ERR_FULCIO_CERTIFICATE' });
  });

  it('signs nothing after it is closed', async () => {
    const desk = new Desk();
    const { key } = await desk.session.credential();
    desk.session.close();
    expect(() => key.sign(Uint8Array.of(1))).toThrowError(TypeError);
  });
});

describe('identityProviderOf', () => {
  it('gives the token of a source, asked anew each time', async () => {
    let asked = 0;
    const provider = identityProviderOf(async () => {
      asked += 1;
      return parseIdToken(toyToken(), { audience: 'sigstore', now: NOW });
    });
    expect([await provider.getToken(), await provider.getToken()]).toEqual([toyToken(), toyToken()]);
    expect(asked).toBe(2);
  });
});
