// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getTrustedRoot, initTUF } from '@sigstore/tuf';
import { attest, type Bundle, type BundleVerifier, createVerifier, sign } from 'sigstore';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, SandboxClock, type SandboxOptions, startSandbox } from '../src/index.ts';
import { signWithRekorV2 } from './rekor-v2-requests.ts';
import { call } from './requests.ts';
import { signStatement } from './signing.ts';

const STATEMENT = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'sample-1.0.tar.gz', digest: { sha256: 'a'.repeat(64) } }],
  predicateType: 'https://docs.pypi.org/attestations/publish/v1',
  predicate: null,
});
const WORKFLOW = 'https://github.com/octo-org/sample-project/.github/workflows/release.yml@refs/tags/v1.0.0';
const GITHUB = 'https://token.actions.githubusercontent.com';

const folders: string[] = [];
const running: Sandbox[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'));
  folders.push(folder);
  return folder;
}

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const started = await startSandbox(options);
  running.push(started);
  return started;
}

/** Stock sigstore's verifier, which has this sandbox's root from TUF. */
async function stockVerifier(of: Sandbox, identity = {}): Promise<BundleVerifier> {
  const folder = await newFolder();
  const { tufRoot } = await of.writeTrustFiles(folder);
  return createVerifier({
    tufMirrorURL: of.urls.tuf,
    tufRootPath: tufRoot,
    tufCachePath: join(folder, 'cache'),
    ...identity,
  });
}

let sandbox: Sandbox;
let verifier: BundleVerifier;
beforeAll(async () => {
  sandbox = await start();
  verifier = await stockVerifier(sandbox, { certificateIdentityURI: WORKFLOW, certificateIssuer: GITHUB });
});
afterEach(() => {
  sandbox.clock.reset();
  sandbox.faults.clear();
});
afterAll(async () => {
  await Promise.all(running.map((each) => each.close()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Changes the last byte of the base64 that stands at a path in a bundle: in each it is content, not structure. */
function changeLastByte(bundle: Bundle, path: string): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  // oxlint-disable-next-line typescript/no-explicit-any -- any place in a JSON document
  const parent = keys.reduce<any>((value, key) => value[key], bundle);
  const bytes = Buffer.from(parent[last], 'base64');
  const at = bytes.length - 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  parent[last] = bytes.toString('base64');
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'no error';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('a signature', () => {
  it('is verified by stock sigstore over the sandbox’s own TUF repository', async () => {
    for (let count = 0; count < 5; count += 1) {
      const signer = verifier.verify(await signStatement(sandbox, STATEMENT));
      expect(signer.identity?.subjectAlternativeName).toBe(WORKFLOW);
      expect(signer.identity?.extensions?.issuer).toBe(GITHUB);
    }
  });

  it('is refused for another identity', async () => {
    const other = await signStatement(sandbox, STATEMENT, { claims: { repository: 'octo-org/other' } });
    expect(codeOf(() => verifier.verify(other))).toBe('UNTRUSTED_SIGNER_ERROR');
  });

  it('is made by stock sigstore, too', async () => {
    const stock = {
      fulcioURL: sandbox.urls.fulcio,
      rekorURL: sandbox.urls.rekor,
      identityProvider: { getToken: () => sandbox.issueToken() },
    };
    const attested = await attest(Buffer.from(STATEMENT), 'application/vnd.in-toto+json', stock);
    expect(verifier.verify(attested).identity?.subjectAlternativeName).toBe(WORKFLOW);
    const data = Buffer.from('some data');
    const signed = await sign(data, stock);
    expect(verifier.verify(signed, data).identity?.subjectAlternativeName).toBe(WORKFLOW);
    expect(codeOf(() => verifier.verify(signed, Buffer.from('other data')))).toBe('SIGNATURE_ERROR');
  });

  it('may be time-stamped by stock sigstore', async () => {
    const data = Buffer.from('some data');
    const signed = await sign(data, {
      fulcioURL: sandbox.urls.fulcio,
      rekorURL: sandbox.urls.rekor,
      tsaServerURL: sandbox.urls.tsa,
      identityProvider: { getToken: () => sandbox.issueToken() },
    });
    const material = signed.verificationMaterial.timestampVerificationData;
    expect(material?.rfc3161Timestamps).toHaveLength(1);
    expect(verifier.verify(signed, data).identity?.subjectAlternativeName).toBe(WORKFLOW);
  });

  it.each(['message', 'statement'] as const)(
    'of a %s may be in Rekor v2, with a time stamp',
    async (form) => {
      const text = form === 'message' ? 'some data' : STATEMENT;
      for (let count = 0; count < 3; count += 1) {
        const bundle = await signWithRekorV2(sandbox, text, form);
        const data = form === 'message' ? Buffer.from(text) : undefined;
        const signer = data ? verifier.verify(bundle, data) : verifier.verify(bundle);
        expect(signer.identity?.subjectAlternativeName).toBe(WORKFLOW);
      }
    },
  );

  it.each([
    ['timestampVerificationData.rfc3161Timestamps.0.signedTimestamp', 'TIMESTAMP_ERROR'],
    ['tlogEntries.0.canonicalizedBody', 'TLOG_INCLUSION_PROOF_ERROR'],
    ['tlogEntries.0.inclusionProof.hashes.0', 'TLOG_INCLUSION_PROOF_ERROR'],
    ['tlogEntries.0.logId.keyId', 'TLOG_INCLUSION_PROOF_ERROR'],
  ])('in Rekor v2 is refused where the last byte of %s is another', async (path, code) => {
    await signWithRekorV2(sandbox, 'some data', 'message');
    const bundle = structuredClone(await signWithRekorV2(sandbox, 'some data', 'message'));
    changeLastByte(bundle, `verificationMaterial.${path}`);
    expect(codeOf(() => verifier.verify(bundle, Buffer.from('some data')))).toBe(code);
  });

  it('by an address names it and its provider', async () => {
    const bundle = await signStatement(sandbox, STATEMENT, {
      kind: 'dex',
      claims: { email: 'me@example.org' },
    });
    const { identity } = (await stockVerifier(sandbox)).verify(bundle);
    expect(identity?.subjectAlternativeName).toBe('me@example.org');
    expect(identity?.extensions?.issuer).toBe('https://github.com/login/oauth');
  });

  const ENTRY = 'verificationMaterial.tlogEntries.0';
  it.each([
    ['dsseEnvelope.payload', 'TLOG_BODY_ERROR'],
    ['dsseEnvelope.signatures.0.sig', 'TLOG_BODY_ERROR'],
    ['verificationMaterial.certificate.rawBytes', 'CERTIFICATE_ERROR'],
    [`${ENTRY}.canonicalizedBody`, 'TLOG_INCLUSION_PROMISE_ERROR'],
    [`${ENTRY}.inclusionPromise.signedEntryTimestamp`, 'TLOG_INCLUSION_PROMISE_ERROR'],
    [`${ENTRY}.inclusionProof.hashes.0`, 'TLOG_INCLUSION_PROOF_ERROR'],
    [`${ENTRY}.logId.keyId`, 'TLOG_INCLUSION_PROMISE_ERROR'],
  ])('is refused where the last byte of %s is another', async (path, code) => {
    await signStatement(sandbox, STATEMENT);
    const bundle = structuredClone(await signStatement(sandbox, STATEMENT));
    changeLastByte(bundle, path);
    expect(codeOf(() => verifier.verify(bundle))).toBe(code);
  });

  it('is refused by a verifier of another sandbox', async () => {
    const other = await stockVerifier(await start());
    const bundle = await signStatement(sandbox, STATEMENT);
    expect(codeOf(() => other.verify(bundle))).toBe('CERTIFICATE_ERROR');
  });

  it.each(['2021-02-03T04:05:06Z', '2040-02-03T04:05:06Z'])('may be made when it is %s', async (date) => {
    sandbox.clock.set(new Date(date));
    const bundle = await signStatement(sandbox, STATEMENT);
    expect(verifier.verify(bundle).identity?.subjectAlternativeName).toBe(WORKFLOW);
  });

  it('is refused where the log took it after the certificate had expired', async () => {
    let asked = 0;
    const late = await start({
      onExchange: ({ service }) => {
        if (service === 'fulcio' && (asked += 1) === 1) late.clock.advance(601_000);
      },
    });
    const bundle = await signStatement(late, STATEMENT);
    const stock = await stockVerifier(late);
    expect(codeOf(() => stock.verify(bundle))).toBe('CERTIFICATE_ERROR');
  });
});

describe('the TUF repository', () => {
  it('hands stock @sigstore/tuf the trusted root and the signing configuration', async () => {
    const folder = await newFolder();
    const { tufRoot } = await sandbox.writeTrustFiles(folder);
    const options = { mirrorURL: sandbox.urls.tuf, rootPath: tufRoot, cachePath: join(folder, 'cache') };
    expect((await getTrustedRoot(options)).tlogs[0]?.baseUrl).toBe(sandbox.urls.rekor);
    const tuf = await initTUF(options);
    expect(JSON.parse(await tuf.getTarget('signing_config.v0.2.json'))).toEqual(sandbox.signingConfig);
  });

  it('has no other files', async () => {
    expect((await call(`${sandbox.urls.tuf}/2.root.json`)).status).toBe(404);
  });
});

describe('the trust files', () => {
  it('are one line each', async () => {
    const { trustConfig, trustedRoot } = await sandbox.writeTrustFiles(await newFolder());
    const lines = (await readFile(trustedRoot, 'utf8')).split('\n');
    expect(lines).toEqual([JSON.stringify(sandbox.trustedRoot), '']);
    expect(JSON.parse(await readFile(trustConfig, 'utf8'))).toEqual({
      mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
      trustedRoot: sandbox.trustedRoot,
      signingConfig: sandbox.signingConfig,
    });
  });

  it('name the services', () => {
    const { caUrls, rekorTlogUrls, tsaUrls } = sandbox.signingConfig as Record<
      string,
      { url: string; majorApiVersion: number }[]
    >;
    expect(caUrls).toMatchObject([{ url: sandbox.urls.fulcio, majorApiVersion: 1 }]);
    expect(rekorTlogUrls).toMatchObject([
      { url: sandbox.urls.rekor, majorApiVersion: 1 },
      { url: sandbox.urls.rekorV2, majorApiVersion: 2 },
    ]);
    expect(tsaUrls).toMatchObject([{ url: `${sandbox.urls.tsa}/api/v1/timestamp`, majorApiVersion: 1 }]);
  });
});

describe('the index', () => {
  it('answers at its addresses, and asks for tokens of its own', async () => {
    expect((await call(sandbox.index.simpleUrl)).status).toBe(200);
    expect((await call(`${sandbox.urls.index}/_/oidc/audience`)).body).toEqual({
      audience: 'colophon-sandbox',
    });
    expect(sandbox.index.audience).toBe('colophon-sandbox');
    expect(sandbox.index.uploadUrl).toBe(`${sandbox.urls.index}/legacy/`);
  });

  it('gives a job of its publisher a token to upload with', async () => {
    const widget = await start({
      githubClaims: { repository: 'acme/widget' },
      warehouse: {
        publishers: [
          {
            project: 'widget',
            pending: true,
            kind: 'GitHub',
            repository: 'acme/widget',
            workflow: 'release.yml',
          },
        ],
      },
    });
    const url = `${widget.urls.index}/_/oidc/mint-token`;
    const mint = async (audience: string) => call(url, { token: await widget.issueToken({ audience }) });
    expect(await mint(widget.index.audience)).toMatchObject({
      status: 200,
      body: { success: true, token: expect.any(String) },
    });
    expect((await mint('sigstore')).status).toBe(422);
  });
});

describe('a sandbox', () => {
  it('serves each service on a port of its own', () => {
    expect(new Set(Object.values(sandbox.urls)).size).toBe(8);
  });

  it('stops what it had started where a port is taken', async () => {
    const freed = await startSandbox();
    await freed.close();
    const oidc = portOf(freed.urls.oidc);
    await expect(startSandbox({ ports: { oidc, tuf: portOf(sandbox.urls.tuf) } })).rejects.toMatchObject({
      code: 'ERR_SANDBOX_LISTEN',
    });
    expect(portOf((await start({ ports: { oidc } })).urls.oidc)).toBe(oidc);
  });

  it('is silent once it is closed', async () => {
    const short = await startSandbox({ clock: new SandboxClock() });
    await short.close();
    await short.close();
    await expect(fetch(short.urls.rekor)).rejects.toThrow('fetch failed');
  });
});
