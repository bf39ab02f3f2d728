// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256 } from '@colophon/base';
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { shellLine } from '../src/render/shell-words.ts';
import { startIndex } from './support/index-server.ts';
import { openWorld, PRODUCTION, STAGING, type World } from './support/world.ts';

const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const WHEEL = 'rfc8785-0.1.2-py3-none-any.whl';
const GITLAB = 'gitlab_oidc_project-0.0.3.tar.gz';
const SAMPLE = 'sampleproject-3.0.0.tar.gz';

async function serve() {
  const bytes = readVector(`pep740/${SDIST}`);
  const provenance = readVector(`pep740/${SDIST}.provenance`);
  return startIndex({
    'pypi-attestations': [{ filename: SDIST, bytes, sha256: encodeHex(sha256(bytes)), provenance }],
  });
}

/** The words of the command that an inspection ends with, as a shell would split them. */
async function suggested(world: World, ...argv: string[]): Promise<string[][]> {
  const { targets } = (await world.json('inspect', ...argv)) as {
    targets: { attestations: { command: string[] }[] }[];
  };
  return targets.flatMap(({ attestations }) => attestations.map(({ command }) => command.slice(1)));
}

describe.runIf(haveVectors)('inspect', () => {
  it('shows a screen for each piece of evidence beside a file', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.slsa.attestation`);
    expect(await world.run('inspect', SDIST)).toMatchInlineSnapshot(`
      {
        "status": 0,
        "stderr": "",
        "stdout": "pypi_attestations-0.0.19.tar.gz
        evidence     pypi_attestations-0.0.19.tar.gz.slsa.attestation (PEP 740 attestation)
        who          https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19
        issuer       https://token.actions.githubusercontent.com
        repository   https://github.com/trailofbits/pypi-attestations
        workflow     https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19
        ref          refs/tags/v0.0.19
        commit       08802efe1f8e5fec4ad842d6b8ce97656092ee72
        trigger      release
        runner       github-hosted
        environment  none named
        run          https://github.com/trailofbits/pypi-attestations/actions/runs/12169989787/attempts/1
        certificate  2024-12-04T23:13:46Z to 2024-12-04T23:23:46Z
        logged       2024-12-04T23:13:46Z
        log          https://rekor.sigstore.dev (index 153454647)
        type         slsa-provenance (https://slsa.dev/provenance/v1)
        subject      pypi_attestations-0.0.19.tar.gz
        sha256       9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3
        not proven   nothing here was verified: neither signature nor certificate nor log
        to demand this identity:
          colophon verify pypi_attestations-0.0.19.tar.gz --publisher github:trailofbits/pypi-attestations/release.yml --ref refs/tags/v0.0.19
      ",
      }
    `);
  });

  it('shows an evidence file, and a log that the trusted root does not know', async () => {
    const world = openWorld();
    world.copy(`${WHEEL}.sigstore`);
    expect(await world.run('inspect', `${WHEEL}.sigstore`)).toMatchInlineSnapshot(`
      {
        "status": 0,
        "stderr": "",
        "stdout": "rfc8785-0.1.2-py3-none-any.whl.sigstore
        evidence     rfc8785-0.1.2-py3-none-any.whl.sigstore (Sigstore bundle)
        who          william@yossarian.net
        issuer       https://github.com/login/oauth
        certificate  2024-06-06T18:39:05Z to 2024-06-06T18:49:05Z
        logged       2024-06-06T18:39:05Z
        log          d32f30a3c32d639c2b762205a21c7bb07788e68283a4ae6f42118723a1bea496, which the trusted root does not know (index 28175749)
        type         publish (https://docs.pypi.org/attestations/publish/v1)
        subject      rfc8785-0.1.2-py3-none-any.whl
        sha256       c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201
        not proven   nothing here was verified: neither signature nor certificate nor log
        to demand this identity:
          colophon verify rfc8785-0.1.2-py3-none-any.whl --bundle rfc8785-0.1.2-py3-none-any.whl.sigstore --cert-identity william@yossarian.net --cert-oidc-issuer https://github.com/login/oauth
      ",
      }
    `);
  });

  it('expands a glob of evidence by itself', async () => {
    const world = openWorld();
    world.copy(`${SDIST}.publish.attestation`, `${SDIST}.slsa.attestation`);
    const { status, stdout } = await world.run('inspect', '*.attestation');
    expect([status, stdout.match(/^ {2}evidence/gm)?.length]).toEqual([0, 2]);
  });

  it('shows what an index serves', async () => {
    const world = openWorld();
    const index = await serve();
    for (const spec of ['pypi-attestations==0.0.19', `pypi:${SDIST}`, index.fileUrl(SDIST)]) {
      const { status, stdout } = await world.run('inspect', spec, '--index', index.root);
      expect([status, stdout]).toEqual([0, expect.stringContaining('github:trailofbits/pypi-attestations')]);
      expect(stdout).toContain(
        'index says   github:trailofbits/pypi-attestations/release.yml (nobody signed that)',
      );
    }
  });

  it('gives it all as JSON', async () => {
    const world = openWorld();
    world.copy(WHEEL, `${WHEEL}.publish.attestation`);
    expect(await world.json('inspect', WHEEL, 'none.whl', ...STAGING)).toMatchInlineSnapshot(`
      {
        "judged": false,
        "schema": "colophon.inspect/1",
        "status": 20,
        "targets": [
          {
            "attestations": [
              {
                "command": [
                  "colophon",
                  "verify",
                  "rfc8785-0.1.2-py3-none-any.whl",
                  "--cert-identity",
                  "william@yossarian.net",
                  "--cert-oidc-issuer",
                  "https://github.com/login/oauth",
                  "--trusted-root",
                  "TRUST/staging/trusted_root.json",
                ],
                "evidence": "rfc8785-0.1.2-py3-none-any.whl.publish.attestation",
                "form": "pep740",
                "logged": [
                  {
                    "known": true,
                    "log": "https://rekor.sigstage.dev",
                    "logIndex": "28175749",
                    "time": "2024-06-06T18:39:05Z",
                  },
                ],
                "publisherClaim": null,
                "signer": {
                  "certificate": {
                    "notAfter": "2024-06-06T18:49:05Z",
                    "notBefore": "2024-06-06T18:39:05Z",
                    "serialNumber": "35ad7e9d5824397d7196cb03c91cadd0367a3395",
                    "sha256": "3df157fba9868b98aab593c5a895011c0d12d4388cbb87ee29e05441c44a4eda",
                  },
                  "claims": {
                    "issuer": "https://github.com/login/oauth",
                  },
                  "identity": "william@yossarian.net",
                  "issuer": "https://github.com/login/oauth",
                  "text": "william@yossarian.net (https://github.com/login/oauth)",
                },
                "statement": {
                  "predicateType": "https://docs.pypi.org/attestations/publish/v1",
                  "subjects": [
                    {
                      "digest": {
                        "sha256": "c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201",
                      },
                      "name": "rfc8785-0.1.2-py3-none-any.whl",
                    },
                  ],
                },
                "timestamps": 0,
              },
            ],
            "errors": [],
            "sha256": "c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201",
            "status": 0,
            "target": "rfc8785-0.1.2-py3-none-any.whl",
          },
          {
            "attestations": [],
            "errors": [
              {
                "causes": [],
                "code": "ERR_NO_INPUT",
                "message": "none.whl does not exist",
                "retry": false,
                "status": 20,
              },
            ],
            "status": 20,
            "target": "none.whl",
          },
        ],
      }
    `);
  });

  it.each([
    [SDIST, '.publish.attestation', PRODUCTION],
    [SDIST, '.slsa.attestation', PRODUCTION],
    [SDIST, '.provenance', PRODUCTION],
    [GITLAB, '.publish.attestation', PRODUCTION],
    [SAMPLE, '.publish.attestation', PRODUCTION],
    [WHEEL, '.publish.attestation', STAGING],
    [WHEEL, '.sigstore', STAGING],
  ])('ends with a command that verifies %s by its %s', async (dist, suffix, root) => {
    const world = openWorld();
    world.copy(dist, `${dist}${suffix}`);
    for (const target of [dist, `${dist}${suffix}`]) {
      const [command = []] = await suggested(world, target, ...root);
      const argv = command.map((word) =>
        word.replace(/^TRUST/, (root[1] ?? '').replace(/\/[^/]+\/[^/]+$/, '')),
      );
      expect(await world.run(...argv)).toMatchObject({ status: 0 });
    }
  });

  it.each([
    ['app.bin', 'app.bin.sigstore.json'],
    ['cosign.bundle', 'cosign.bundle'],
  ])('shows %s, which is no distribution', async (target, evidence) => {
    const world = openWorld();
    world.write('app.bin', readVector('conformance/bundle-verify/a.txt'));
    world.write(evidence, readVector('conformance/bundle-verify/happy-path-v0.3/bundle.sigstore.json'));
    const [command = []] = await suggested(world, target);
    const argv = command.map((word) => (word === 'FILE' ? 'app.bin' : word));
    expect(await world.run(...argv, ...PRODUCTION)).toMatchObject({ status: 0 });
  });

  it.each([
    [`${SDIST}.publish.attestation`, '--attestation'],
    [`${SDIST}.provenance`, '--provenance'],
  ])('shows %s under another name', async (evidence, flag) => {
    const world = openWorld();
    world.copy([evidence, 'of-another-tool'], SDIST);
    const [command = []] = await suggested(world, 'of-another-tool');
    expect(command).toEqual(expect.arrayContaining([SDIST, flag, 'of-another-tool']));
    expect(await world.run(...command, ...PRODUCTION)).toMatchObject({ status: 0 });
  });

  it('says of any other file that nothing lies beside it', async () => {
    const world = openWorld();
    world.write('sbom.json', '{"bomFormat":"CycloneDX"}');
    const { status, stderr } = await world.run('inspect', 'sbom.json');
    expect(status).toBe(31);
    expect(stderr).toContain('error[ERR_NO_EVIDENCE]: sbom.json: no evidence lies beside it\n');
  });

  it('ends with a command that verifies what the index serves', async () => {
    const world = openWorld();
    const index = await serve();
    const [command = []] = await suggested(world, 'pypi-attestations==0.0.19', '--index', index.root);
    const argv = command.map((word) => word.replace('http://INDEX/simple/', index.root));
    expect(await world.run(...argv, ...PRODUCTION)).toMatchObject({ status: 0 });
  });

  it('never judges: what is forged is shown like everything else, with what it says', async () => {
    const world = openWorld();
    const forged = JSON.parse(readVector(`pep740/${SDIST}.publish.attestation`).toString());
    const subject = { name: '--x\u001b[2K\r\n::error::y', digest: { sha256: 'ab'.repeat(32) } };
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [subject],
      predicateType: 'urn:\u202ex',
    };
    forged.envelope.statement = Buffer.from(JSON.stringify(statement)).toString('base64');
    world.copy(SDIST);
    world.write(`${SDIST}.publish.attestation`, JSON.stringify(forged));
    const { status, stdout } = await world.run('inspect', SDIST, `${SDIST}.publish.attestation`);
    expect(status).toBe(0);
    for (const unsafe of ['\u001b', '\r', '::', '\u202e']) expect(stdout).not.toContain(unsafe);
    expect(stdout).toContain(
      `sha256       ${'ab'.repeat(32)}, but the file has ${encodeHex(sha256(readVector(`pep740/${SDIST}`)))}`,
    );
    expect(stdout).toContain('colophon verify FILE --attestation');
    expect(stdout.replaceAll('nothing here was verified', '')).not.toMatch(/verified|valid|trusted by/i);
  });

  it('goes on past what it cannot show', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`, WHEEL);
    world.write(`${SDIST}.slsa.attestation`, '[]');
    const { status, stdout, stderr } = await world.run('inspect', SDIST, WHEEL);
    expect(status).toBe(31);
    expect(stdout.match(/^ {2}evidence/gm)).toHaveLength(1);
    expect(stderr).toContain(
      `error[ERR_JSON_KIND]: ${SDIST}.slsa.attestation: not a PEP 740 attestation, but JSON of another kind`,
    );
    expect(stderr).toContain(`error[ERR_NO_EVIDENCE]: ${WHEEL}: no evidence lies beside it`);
  });

  it('names evidence whose certificate or statement is in no form, and judges it no more than the rest', async () => {
    const world = openWorld();
    const attestation = JSON.parse(readVector(`pep740/${SDIST}.publish.attestation`).toString());
    attestation.verification_material.certificate = Buffer.from('none').toString('base64');
    world.write('a.publish.attestation', JSON.stringify(attestation));
    const bundle = JSON.parse(readVector('conda/conda-attestation.sigstore.json').toString());
    bundle.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
    world.write('b.sigstore.json', JSON.stringify(bundle));
    const { status, stderr } = await world.run('inspect', 'a.publish.attestation', 'b.sigstore.json');
    expect(status).toBe(21);
    expect(stderr).toContain('error[ERR_ATTESTATION]: a.publish.attestation: ');
    expect(stderr).toContain('error[ERR_BUNDLE]: b.sigstore.json: ');
  });

  it.each([
    ['broken evidence', 'x.sigstore', 21],
    ['no file', 'none.whl', 20],
    ['no evidence file', 'none.whl.sigstore.json', 20],
    ['a glob that matches none', '*.attestation', 20],
    ['a release that no index lists', 'pypi-attestations==9', 20],
  ])('exits with its own status for %s', async (_what, target, status) => {
    const world = openWorld();
    const index = await serve();
    world.write('x.sigstore', '{}');
    const flags = target.includes('==') ? ['--index', index.root] : [];
    expect(await world.run('inspect', target, ...flags)).toMatchObject({ status, stdout: '' });
  });
});

describe('what inspect refuses on the command line', () => {
  it.each([
    ['nothing', []],
    ['the network and --offline', ['x==1', '--offline']],
    ['an index that is not asked', ['x.whl', '--index', 'testpypi']],
  ])('%s', async (_what, argv) => {
    expect(await openWorld().run('inspect', ...argv)).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('a command line for a shell', () => {
  it.each([
    [['colophon', 'a/b-1.0.tar.gz', 'x@y'], 'colophon a/b-1.0.tar.gz x@y'],
    [['$(rm -rf ~)', 'a b', '{version}'], "'$(rm -rf ~)' 'a b' '{version}'"],
    [["it's", '', '`x`', 'a;b', '*'], `'it'\\''s' '' '\`x\`' 'a;b' '*'`],
  ])('%j is %s', (words, line) => {
    expect(shellLine(words)).toBe(line);
  });
});
