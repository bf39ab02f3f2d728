// SPDX-License-Identifier: Apache-2.0
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { startGitHub, type Answered } from './support/github-server.ts';
import { startIndex } from './support/index-server.ts';
import { compressSnappy } from './support/snappy-block.ts';
import { openWorld, PRODUCTION, type Transcript } from './support/world.ts';

const MODELS = 'pypi_attestation_models-0.0.4a2.tar.gz';
const DIGEST = 'c9709ce6fd5b67b59b4a28758cf14d3f411803c4b89b6068b1f1a8e4ee94c8ef';
const REPOSITORY = 'trailofbits/pypi-attestation-models';
const STORE = `/repos/${REPOSITORY}/attestations/sha256:${DIGEST}`;
const bundle = () => JSON.parse(readVector(`pep740/${MODELS}.sigstore`).toString());
const listed = (...attestations: object[]): Answered => ({ body: JSON.stringify({ attestations }) });
type Answer = (path: string, here: string) => Answered | undefined;

async function verify(answer: Answer, environment: Record<string, string> = {}) {
  const github = await startGitHub(answer);
  const world = openWorld();
  world.copy(MODELS);
  const argv = ['verify', MODELS, '--from', 'github', '--repository', REPOSITORY, '--time-budget', '1'];
  const run = await world.runWith({ GITHUB_API_URL: github.apiUrl, ...environment }, ...argv, ...PRODUCTION);
  return { ...run, requests: github.requests };
}

const code = ({ status, stdout }: Transcript) => [status, /\[(ERR_\w+)\]/.exec(stdout)?.[1]];

describe.runIf(haveVectors)('verify --from github', () => {
  it('takes bundles that the store has in its answer', async () => {
    const run = await verify(() => listed({ bundle: bundle(), repository_id: 1 }));
    expect(run).toMatchObject({ status: 0, requests: [[`${STORE}?per_page=100`, undefined]] });
  });

  it('takes bundles that it has to be fetched, compressed; no token goes there', async () => {
    const block = compressSnappy(Buffer.from(JSON.stringify(bundle())));
    const run = await verify(
      (path, here) =>
        path === '/blob?sig=x' ? { body: block } : listed({ bundle: null, bundle_url: `${here}/blob?sig=x` }),
      { GH_TOKEN: 'ghp_secret' },
    );
    expect(run.requests).toEqual([
      [`${STORE}?per_page=100`, 'Bearer ghp_secret'],
      ['/blob?sig=x', undefined],
    ]);
    expect([run.status, run.stdout + run.stderr]).toEqual([0, expect.not.stringContaining('ghp_secret')]);
  });

  it('reads every page', async () => {
    const run = await verify((path, here) =>
      path.includes('after=2')
        ? listed({ bundle: bundle() })
        : {
            ...listed(),
            headers: { link: `<${here}/repositories/7/attestations?after=2>; rel="next"` },
          },
    );
    expect(run).toMatchObject({ status: 0, requests: [expect.anything(), expect.anything()] });
  });

  it.each<[string, Answer, number, string]>([
    ['has none', () => listed(), 31, 'ERR_NO_EVIDENCE'],
    ['does not know the file', () => ({ status: 404, body: '{}' }), 31, 'ERR_NO_EVIDENCE'],
    ['refuses', () => ({ status: 401, body: '{"message":"Bad credentials"}' }), 41, 'ERR_STORE_REFUSED'],
    [
      'has had enough of us',
      () => ({ status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: '{}' }),
      42,
      'ERR_STORE_LIMIT',
    ],
    ['is down', () => ({ status: 503, body: '' }), 42, 'ERR_HTTP_UNAVAILABLE'],
    ['answers something else', () => ({ body: '[]' }), 41, 'ERR_STORE_ANSWER'],
    ['answers no JSON', () => ({ body: '<html>' }), 41, 'ERR_STORE_ANSWER'],
    [
      'leads elsewhere',
      () => ({ ...listed(), headers: { link: '<https://evil.example/next>; rel="next"' } }),
      41,
      'ERR_STORE_ANSWER',
    ],
    [
      'never ends',
      (_path, here) => ({ ...listed(), headers: { link: `<${here}/again>; rel="next"` } }),
      41,
      'ERR_STORE_ANSWER',
    ],
    ['has a broken bundle', () => listed({ bundle: { mediaType: 'x' } }), 30, 'ERR_EVIDENCE_KIND'],
    ['has nothing in a record', () => listed({}), 30, 'ERR_EVIDENCE'],
    [
      'has what is no snappy',
      (path, here) => (path === '/b' ? { body: 'no' } : listed({ bundle_url: `${here}/b` })),
      30,
      'ERR_EVIDENCE',
    ],
    [
      'says a bundle is on another host in the clear',
      () => listed({ bundle_url: 'http://evil.example/b' }),
      30,
      'ERR_EVIDENCE',
    ],
  ])('that %s', async (_what, answer, status, expected) => {
    expect(code(await verify(answer))).toEqual([status, expected]);
  });

  it('names no repository that the store has not, and hints at a token', async () => {
    const { stderr } = await verify(() => undefined);
    expect(stderr).toContain(
      `no evidence of ${REPOSITORY} is in GitHub’s store (a private repository needs GH_TOKEN)`,
    );
  });

  it('sends no token in the clear', async () => {
    const argv = ['verify', 'x.whl', '--from', 'github:o/r', '--repository', 'o/r'];
    const run = await openWorld().runWith({ GITHUB_API_URL: 'http://api.example/', GH_TOKEN: 'x' }, ...argv);
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('expected an https URL') });
  });
});

describe.runIf(haveVectors)('verify --from pypi', () => {
  const SDIST = 'pypi_attestations-0.0.19.tar.gz';
  const SHA256 = '9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3';
  const RELEASE = ['--publisher', 'github:trailofbits/pypi-attestations/release.yml'];
  const serve = (sha256: string, provenance?: Buffer) =>
    startIndex({
      'pypi-attestations': [
        {
          filename: SDIST,
          bytes: new Uint8Array(),
          sha256,
          ...(provenance === undefined ? {} : { provenance }),
        },
      ],
    });

  it.each([
    ['a file', [SDIST], SHA256, true, 0],
    ['a digest with a name', [`sha256:${SHA256}`, '--filename', SDIST], SHA256, true, 0],
    ['a digest without a name', [`sha256:${SHA256}`], SHA256, true, 2],
    ['a file of other bytes', [SDIST], 'a'.repeat(64), true, 30],
    ['a file without provenance', [SDIST], SHA256, false, 31],
  ])('%s', async (...[_what, operands, sha256, attested, status]) => {
    const world = openWorld();
    world.copy(SDIST);
    const { root } = await serve(sha256, attested ? readVector(`pep740/${SDIST}.provenance`) : undefined);
    const argv = ['verify', ...operands, '--from', 'pypi', '--index', root, ...RELEASE, ...PRODUCTION];
    expect(await world.run(...argv)).toMatchObject({ status });
  });
});
