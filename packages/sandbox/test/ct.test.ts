// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../src/fulcio/certificate-authority.ts';
import { type Sandbox, startSandbox } from '../src/sandbox.ts';
import { base64, call, newKeyPair } from './requests.ts';

let sandbox: Sandbox;
let stranger: CertificateAuthority;
beforeAll(async () => {
  sandbox = await startSandbox();
  stranger = await CertificateAuthority.create();
});
afterAll(() => sandbox.close());

function submit(chain: readonly Uint8Array[]) {
  return call(`${sandbox.urls.ct}/ct/v1/add-pre-chain`, { chain: chain.map(base64) });
}

function strangersDraft() {
  const identity = {
    alternativeName: { type: 'url', value: 'https://example.com' },
    extensions: [],
  } as const;
  return stranger.draft(newKeyPair().publicKey, identity, new Date());
}

async function ownChain(): Promise<Uint8Array[]> {
  const pem: string = (await call(`${sandbox.urls.fulcio}/api/v1/rootCert`)).body;
  const blocks = pem.split(/(?<=-----END CERTIFICATE-----)\s*/).filter((block) => block !== '');
  return blocks.map((block) => new X509Certificate(block).raw);
}

describe('the CT log', () => {
  it('signs its tree head', async () => {
    const { body } = await call(`${sandbox.urls.ct}/ct/v1/get-sth`);
    const signed = Buffer.alloc(50);
    signed[1] = 1;
    signed.writeBigUInt64BE(BigInt(body.timestamp), 2);
    signed.writeBigUInt64BE(BigInt(body.tree_size), 10);
    Buffer.from(body.sha256_root_hash, 'base64').copy(signed, 18);
    const [log] = sandbox.trustedRoot['ctlogs'] as unknown as { publicKey: { rawBytes: string } }[];
    const key = createPublicKey({
      key: Buffer.from(log?.publicKey.rawBytes ?? '', 'base64'),
      format: 'der',
      type: 'spki',
    });
    const signature = Buffer.from(body.tree_head_signature, 'base64').subarray(4);
    expect(verify('sha256', signed, key, signature)).toBe(true);
  });

  it('names its root', async () => {
    const { certificates } = (await call(`${sandbox.urls.ct}/ct/v1/get-roots`)).body;
    expect(certificates).toEqual([base64((await ownChain())[1] ?? '')]);
  });

  it('takes no precertificate of another authority', async () => {
    const chain = [await stranger.precertificate(strangersDraft()), ...stranger.chain];
    expect((await submit(chain)).status).toBe(400);
    expect((await submit([chain[0] ?? new Uint8Array(), ...(await ownChain())])).status).toBe(400);
  });

  it('takes no certificate that is not a precertificate, and no garbage', async () => {
    const answer = await submit(await ownChain());
    expect([answer.status, answer.body]).toEqual([
      400,
      'failed to verify add-chain contents: not a precertificate\n',
    ]);
    expect((await submit([new Uint8Array([1]), new Uint8Array([2])])).status).toBe(400);
    expect((await call(`${sandbox.urls.ct}/ct/v1/add-pre-chain`, '{')).status).toBe(400);
    expect((await call(`${sandbox.urls.ct}/ct/v1/nothing`)).status).toBe(404);
  });
});
