// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command.ts';
import { servedHosts } from './issuers.ts';

/** Paths of all keys and certificates of one stack; `…Chain` and `…Certificate` are PEM, leaf first. */
export interface KeyFiles {
  readonly fulcioKey: string;
  readonly fulcioChain: string;
  readonly ctKey: string;
  readonly ctPublic: string;
  readonly rekor1Key: string;
  readonly rekor1Public: string;
  readonly rekor2Key: string;
  readonly rekor2Public: string;
  readonly tsaKey: string;
  readonly tsaChain: string;
  readonly tlsKey: string;
  readonly tlsCertificate: string;
  readonly tlsAuthority: string;
}

/** ct_server refuses a key without a password. */
export const CT_KEY_PASSWORD = 'ct';

/**
 * Makes the keys and certificates of a stack. The authorities carry critical basicConstraints and a keyUsage, because
 * sigstore-python verifies with X509_STRICT; the TSA's leaf has the one critical extended key usage that RFC 3161 wants.
 */
export async function makeKeys(openssl: string, folder: string): Promise<KeyFiles> {
  await mkdir(folder, { recursive: true });
  const ca = new CertificateMaker(openssl, folder);
  const [ct, rekor1, rekor2] = await Promise.all([
    writePair(folder, 'ct', 'ec', CT_KEY_PASSWORD),
    writePair(folder, 'rekor1', 'ec'),
    writePair(folder, 'rekor2', 'ed25519'),
  ]);
  const [fulcio, tsaRoot, tlsRoot] = await Promise.all([
    ca.root('fulcio', 'sigstore-local', 'basicConstraints=critical,CA:TRUE,pathlen:1'),
    ca.root('tsa-root', 'tsa-root'),
    ca.root('tls-root', 'interop-tls-root'),
  ]);
  const names = servedHosts.map((host) => `DNS:${host}`).join(',');
  const [tsa, tls] = await Promise.all([
    ca.leaf('tsa', tsaRoot, 'extendedKeyUsage=critical,timeStamping'),
    ca.leaf('tls', tlsRoot, `extendedKeyUsage=serverAuth\nsubjectAltName=${names}`),
  ]);
  const tsaChain = join(folder, 'tsa-chain.pem');
  await writeFile(
    tsaChain,
    `${await readFile(tsa.certificate, 'utf8')}${await readFile(tsaRoot.certificate, 'utf8')}`,
  );
  return {
    fulcioKey: fulcio.key,
    fulcioChain: fulcio.certificate,
    ctKey: ct.key,
    ctPublic: ct.public,
    rekor1Key: rekor1.key,
    rekor1Public: rekor1.public,
    rekor2Key: rekor2.key,
    rekor2Public: rekor2.public,
    tsaKey: tsa.key,
    tsaChain,
    tlsKey: tls.key,
    tlsCertificate: tls.certificate,
    tlsAuthority: tlsRoot.certificate,
  };
}

interface Certified {
  readonly key: string;
  readonly certificate: string;
}

class CertificateMaker {
  readonly #openssl: string;
  readonly #folder: string;

  constructor(openssl: string, folder: string) {
    this.#openssl = openssl;
    this.#folder = folder;
  }

  async root(
    name: string,
    commonName: string,
    constraint = 'basicConstraints=critical,CA:TRUE',
  ): Promise<Certified> {
    const { key } = await writePair(this.#folder, name, 'ec');
    const certificate = join(this.#folder, `${name}.pem`);
    const subject = `/O=sigstore.local/CN=${commonName}`;
    const usage = ['-addext', constraint, '-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    const request = ['req', '-x509', '-new', '-key', key, '-sha256', '-days', '3650', '-subj', subject];
    await runCommand(this.#openssl, [...request, ...usage, '-out', certificate]);
    return { key, certificate };
  }

  async leaf(name: string, issuer: Certified, extensions: string): Promise<Certified> {
    const { key } = await writePair(this.#folder, name, 'ec');
    const [request, profile, certificate] = ['csr', 'ext', 'pem'].map((suffix) =>
      join(this.#folder, `${name}.${suffix}`),
    ) as [string, string, string];
    const fixed = 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature';
    const identifiers = 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid';
    await writeFile(profile, `${fixed}\n${extensions}\n${identifiers}\n`);
    const subject = `/O=sigstore.local/CN=${name}`;
    await runCommand(this.#openssl, ['req', '-new', '-key', key, '-subj', subject, '-out', request]);
    const sign = [
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      issuer.certificate,
      '-CAkey',
      issuer.key,
      '-CAcreateserial',
    ];
    const terms = ['-days', '300', '-sha256', '-extfile', profile, '-out', certificate];
    await runCommand(this.#openssl, [...sign, ...terms]);
    return { key, certificate };
  }
}

async function writePair(
  folder: string,
  name: string,
  algorithm: 'ec' | 'ed25519',
  password?: string,
): Promise<{ key: string; public: string }> {
  const pair: { privateKey: KeyObject; publicKey: KeyObject } =
    algorithm === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const files = { key: join(folder, `${name}.key`), public: join(folder, `${name}.pub`) };
  await writeFile(files.key, privatePem(pair.privateKey, password), { mode: 0o600 });
  await writeFile(files.public, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  return files;
}

/** With a password: the old encrypted PEM ("Proc-Type: 4,ENCRYPTED"), the only encrypted form that ct_server reads. */
function privatePem(key: KeyObject, password: string | undefined): string | Buffer {
  if (password === undefined) return key.export({ type: 'pkcs8', format: 'pem' });
  return key.export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: password });
}
