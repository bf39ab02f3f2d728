// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import { haveVectors, readVector, vectorPath } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { openWorld, PRODUCTION } from './support/world.ts';

const CASES = 'conformance/bundle-verify';

async function verify(name: string, key: string | Uint8Array, root = PRODUCTION) {
  const world = openWorld();
  world.write('a.txt', readVector('conformance/a.txt'));
  world.write('a.txt.sigstore.json', readVector(`${CASES}/${name}/bundle.sigstore.json`));
  world.write('key.pub', key);
  return world.run('verify', 'a.txt', '--key', 'key.pub', ...root);
}

const other = (type: 'ed25519' | 'x25519') =>
  generateKeyPairSync(type as 'ed25519')
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();

describe.runIf(haveVectors)('verify --key', () => {
  it('holds a bundle to the key, and says which it is', async () => {
    const run = await verify('managed-key-happy-path', readVector(`${CASES}/managed-key-happy-path/key.pub`));
    expect(run).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^OK: a\.txt {2}signature by the demanded key \(sha256 [0-9a-f]{64}\)/),
    });
  });

  it('says in JSON which key it was, and never what the bundle calls it, which nobody signed', async () => {
    const folder = `${CASES}/managed-key-happy-path`;
    const bundle = JSON.parse(readVector(`${folder}/bundle.sigstore.json`).toString());
    bundle.verificationMaterial.publicKey.hint = 'https://github.com/octo-org/sampler';
    const world = openWorld();
    world.write('a.txt', readVector('conformance/a.txt'));
    world.write('a.txt.sigstore.json', JSON.stringify(bundle));
    world.write('key.pub', readVector(`${folder}/key.pub`));
    const report = await world.json('verify', 'a.txt', '--key', 'key.pub', ...PRODUCTION);
    expect(report).toMatchObject({
      status: 0,
      files: [
        {
          accepted: [
            {
              signer: {
                identity: null,
                issuer: null,
                claims: {},
                certificate: null,
                key: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
              },
            },
          ],
        },
      ],
    });
    expect(JSON.stringify(report)).not.toContain('octo-org');
  });

  it('holds one to the key under a root of one’s own', async () => {
    const name = 'managed-key-and-trusted-root';
    const root = ['--trusted-root', vectorPath(`${CASES}/${name}/trusted_root.json`)];
    expect(await verify(name, readVector(`${CASES}/${name}/key.pub`), root)).toMatchObject({ status: 0 });
  });

  it('refuses the signature of another key', async () => {
    expect(await verify('managed-key-happy-path', other('ed25519'))).toMatchObject({ status: 30 });
  });

  it('refuses a bundle with a certificate', async () => {
    const key = readVector(`${CASES}/managed-key-happy-path/key.pub`);
    expect(await verify('happy-path-v0.3', key)).toMatchObject({ status: 30 });
  });

  it.each([
    ['is not decodable', () => readVector(`${CASES}/managed-key-wrong-key_fail/key.pub`)],
    ['cannot sign', () => other('x25519')],
    ['is no PEM', () => 'key'],
    ['is empty', () => ''],
    ['is two keys', () => `${other('ed25519')}${other('ed25519')}`],
  ])('judges nothing by a key that %s', async (_what, key) => {
    const { status, stdout, stderr } = await verify('managed-key-happy-path', key());
    expect([status, stdout]).toEqual([21, '']);
    expect(stderr).toMatch(/^nothing was verified\nerror\[ERR_KEY\]: key\.pub/);
  });

  it('demanded of nothing is never a pass', async () => {
    const world = openWorld();
    world.write('a.txt', 'a');
    world.write('key.pub', other('ed25519'));
    expect(await world.run('verify', 'a.txt', '--key', 'key.pub', ...PRODUCTION)).toMatchObject({
      status: 31,
    });
  });
});

it.runIf(haveVectors)('inspect ends with --key for a bundle that names a key', async () => {
  const world = openWorld();
  world.write('a.sigstore.json', readVector(`${CASES}/managed-key-happy-path/bundle.sigstore.json`));
  const { status, stdout } = await world.run('inspect', 'a.sigstore.json');
  expect([status, stdout]).toEqual([0, expect.stringContaining('--bundle a.sigstore.json --key KEY.pem')]);
});
