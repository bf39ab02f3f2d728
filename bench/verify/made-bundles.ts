// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodeBundle,
  encodePublishStatement,
  IN_TOTO_PAYLOAD_TYPE,
  preAuthEncoding,
} from '@colophon/attestation';
import { HttpClient } from '@colophon/http';
import { decodePem } from '@colophon/pki';
import { RekorV1Client } from '@colophon/rekor';
import { startSandbox, type Sandbox } from '@colophon/sandbox';
import { encodeCertificateRequest, EphemeralKey } from '@colophon/sign';
import type { Collection, Item } from './collection.ts';

/** The job that the sandbox stands for. */
const ISSUER = 'https://token.actions.githubusercontent.com';
const IDENTITY = 'https://github.com/octo-org/sample-project/.github/workflows/release.yml@refs/tags/v1.0.0';

/**
 * Signs publish statements in the sandbox, on a P-384 intermediate as the public instance has it. Each has a certificate,
 * a log entry and a checkpoint of its own, so that nothing can be shared between them.
 */
export async function makeBundles(count: number, folder: string): Promise<Collection> {
  const sandbox = await startSandbox();
  const http = new HttpClient({ userAgent: 'bench' });
  try {
    const trustedRoot = join(folder, 'trusted_root.json');
    await writeFile(trustedRoot, JSON.stringify(sandbox.trustedRoot));
    const log = new RekorV1Client({ url: sandbox.urls.rekor, http });
    const items: Item[] = [];
    for (let index = 0; index < count; index += 1)
      items.push(await makeBundle(index, { sandbox, log, folder }));
    return { trustedRoot, items };
  } finally {
    await http.close();
    await sandbox.close();
  }
}

interface Workshop {
  readonly sandbox: Sandbox;
  readonly log: RekorV1Client;
  readonly folder: string;
}

async function makeBundle(index: number, { sandbox, log, folder }: Workshop): Promise<Item> {
  const filename = `sampleproject-${index}.0.tar.gz`;
  const sha256Hex = createHash('sha256').update(filename).digest('hex');
  const payload = encodePublishStatement({ filename, sha256Hex });
  const key = new EphemeralKey();
  const certificatePem = await requestCertificate(key, sandbox);
  const signature = key.sign(preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, payload));
  key.destroy();
  const [leaf = new Uint8Array()] = decodePem(certificatePem, 'CERTIFICATE');
  const content = { kind: 'dsse', payload, payloadType: IN_TOTO_PAYLOAD_TYPE, signature, keyid: '' } as const;
  const entry = await log.createEntry({ content, certificate: leaf });
  const text = encodeBundle({
    version: '0.3',
    keyMaterial: { kind: 'certificate', chain: [leaf] },
    transparencyEntries: [entry],
    timestamps: [],
    content,
  });
  const [artifact, evidence] = [join(folder, filename), join(folder, `${filename}.sigstore.json`)];
  await writeFile(artifact, filename);
  await writeFile(evidence, text);
  return { artifact, evidence, identity: IDENTITY, issuer: ISSUER };
}

interface Issued {
  readonly signedCertificateEmbeddedSct: { readonly chain: { readonly certificates: readonly string[] } };
}

async function requestCertificate(key: EphemeralKey, sandbox: Sandbox): Promise<string> {
  const answer = await fetch(`${sandbox.urls.fulcio}/api/v2/signingCert`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await sandbox.issueToken()}`,
    },
    body: JSON.stringify({
      certificateSigningRequest: Buffer.from(encodeCertificateRequest(key)).toString('base64'),
    }),
  });
  const { signedCertificateEmbeddedSct } = (await answer.json()) as Issued;
  return signedCertificateEmbeddedSct.chain.certificates[0] ?? '';
}
