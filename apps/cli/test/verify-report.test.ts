// SPDX-License-Identifier: Apache-2.0
import { haveVectors, readVector } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import type { Context } from '../src/command.ts';
import type { Demands } from '../src/identity/policy-flags.ts';
import type { FileVerdict } from '../src/verdict/file-verdict.ts';
import { orNothingVerified, VerdictReport } from '../src/verdict/verdict-report.ts';
import { openWorld, PRODUCTION, STAGING } from './support/world.ts';

const SDIST = 'pypi_attestations-0.0.19.tar.gz';
const WHEEL = 'rfc8785-0.1.2-py3-none-any.whl';
const RELEASE = ['--publisher', 'github:trailofbits/pypi-attestations/release.yml'];
const PERSON = [
  '--cert-identity',
  'william@yossarian.net',
  '--cert-oidc-issuer',
  'https://github.com/login/oauth',
];

const rootLine = (name: string) =>
  JSON.stringify(JSON.parse(readVector(`trust/${name}/trusted_root.json`).toString()));

describe.runIf(haveVectors)('what verify says', () => {
  it('names what was proven, for each file, and goes on past one that fails', async () => {
    const world = openWorld();
    world.copy(
      SDIST,
      `${SDIST}.publish.attestation`,
      `${SDIST}.slsa.attestation`,
      `${SDIST}.provenance`,
      WHEEL,
    );
    expect(
      await world.run('verify', SDIST, WHEEL, 'none.whl', ...RELEASE, ...PRODUCTION),
    ).toMatchInlineSnapshot(`
      {
        "status": 31,
        "stderr": "error[ERR_NO_EVIDENCE]: rfc8785-0.1.2-py3-none-any.whl: no evidence lies beside it

      hint: is the file from an index? \`colophon verify pypi\` fetches the evidence
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_no_evidence
      error[ERR_NO_INPUT]: none.whl does not exist

      hint: is the path right, and has the build run?
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_no_input
      1 of 3 verified; the trusted root is TRUST/public-good/trusted_root.json
      ",
        "stdout": "OK: pypi_attestations-0.0.19.tar.gz  publish attestation by github:trailofbits/pypi-attestations/release.yml@refs/tags/v0.0.19, logged 2024-12-04T23:14:01Z (index 153454663)
        and slsa-provenance attestation by github:trailofbits/pypi-attestations/release.yml@refs/tags/v0.0.19, logged 2024-12-04T23:13:46Z (index 153454647)
      NONE: rfc8785-0.1.2-py3-none-any.whl  [ERR_NO_EVIDENCE] no evidence lies beside it
      ERROR: none.whl  [ERR_NO_INPUT] none.whl does not exist
      ",
      }
    `);
  });

  it('says why evidence is refused', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    const wrong = ['--repository', 'octo-org/sampler', '--workflow', 'release.yml'];
    expect(await world.run('verify', SDIST, ...wrong, ...PRODUCTION)).toMatchInlineSnapshot(`
      {
        "status": 30,
        "stderr": "error[ERR_IDENTITY]: pypi_attestations-0.0.19.tar.gz.publish.attestation: the repository is "https://github.com/trailofbits/pypi-attestations", not "https://github.com/octo-org/sampler"

      hint: \`colophon inspect FILE\` shows who signed; is that whom you expect?
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_identity
      0 of 1 verified; the trusted root is TRUST/public-good/trusted_root.json
      ",
        "stdout": "FAIL: pypi_attestations-0.0.19.tar.gz  [ERR_IDENTITY] pypi_attestations-0.0.19.tar.gz.publish.attestation: the repository is "https://github.com/trailofbits/pypi-attestations", not "https://github.com/octo-org/sampler"
      ",
      }
    `);
  });

  it('says that nothing was verified where there is no evidence, and names the command that has it', async () => {
    const world = openWorld();
    world.copy(SDIST);
    expect(await world.run('verify', SDIST, ...RELEASE, ...PRODUCTION)).toMatchInlineSnapshot(`
      {
        "status": 31,
        "stderr": "nothing was verified
      error[ERR_NO_EVIDENCE]: pypi_attestations-0.0.19.tar.gz: no evidence lies beside it

      hint: is the file from an index? \`colophon verify pypi\` fetches the evidence
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_no_evidence
      0 of 1 verified; the trusted root is TRUST/public-good/trusted_root.json
      ",
        "stdout": "NONE: pypi_attestations-0.0.19.tar.gz  [ERR_NO_EVIDENCE] no evidence lies beside it
      ",
      }
    `);
  });

  it('demands an identity', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    expect(await world.run('verify', SDIST)).toMatchInlineSnapshot(`
      {
        "status": 2,
        "stderr": "nothing was verified
      error[ERR_USAGE]: whose evidence counts? Demand an identity: --publisher github:OWNER/NAME/WORKFLOW, --repository with --workflow, --service-account, or --cert-identity with --cert-oidc-issuer, or a --key

      hint: \`colophon COMMAND --help\` shows the options
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_usage
      ",
        "stdout": "",
      }
    `);
  });

  it('decides nothing without trust material', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    const root = JSON.parse(readVector('trust/public-good/trusted_root.json').toString());
    world.write('root.json', JSON.stringify({ ...root, certificateAuthorities: [] }));
    expect(
      await world.run('verify', SDIST, ...RELEASE, '--trusted-root', 'root.json'),
    ).toMatchInlineSnapshot(`
      {
        "status": 32,
        "stderr": "nothing was verified
      error[ERR_TRUST_MATERIAL]: pypi_attestations-0.0.19.tar.gz.publish.attestation: the trusted root has no certificate authority

      hint: is the trusted root whole, and of this instance?
      see: https://github.com/colophon-py/colophon/blob/main/docs/reference/errors.md#err_trust_material
      0 of 1 verified; the trusted root is root.json
      ",
        "stdout": "UNDECIDED: pypi_attestations-0.0.19.tar.gz  [ERR_TRUST_MATERIAL] pypi_attestations-0.0.19.tar.gz.publish.attestation: the trusted root has no certificate authority
      ",
      }
    `);
  });

  it('says that nothing was verified where the trusted root is malformed', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    world.write('root.json', '{}');
    const { status, stdout, stderr } = await world.run(
      'verify',
      SDIST,
      ...RELEASE,
      '--trusted-root',
      'root.json',
    );
    expect([status, stdout, stderr]).toEqual([
      32,
      '',
      expect.stringMatching(/^nothing was verified\nerror\[ERR_TRUSTED_ROOT\]/),
    ]);
  });

  it('keeps the result line and the errors with -q', async () => {
    const world = openWorld();
    world.copy(SDIST, `${SDIST}.publish.attestation`);
    const { stdout, stderr } = await world.run('verify', SDIST, '-q', ...RELEASE, ...PRODUCTION);
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^OK: .*\n$/), '']);
  });

  it('says under which of several roots each piece of evidence holds', async () => {
    const world = openWorld();
    world.copy(WHEEL, `${WHEEL}.sigstore`);
    world.write('roots.jsonl', `${rootLine('public-good')}\n${rootLine('staging')}\n`);
    const argv = ['verify', WHEEL, ...PERSON, '--trusted-root', 'roots.jsonl'];
    expect(await world.run(...argv)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/, under root 2 of 2\n$/),
    });
    expect(await world.json(...argv)).toMatchObject({ files: [{ accepted: [{ root: 1 }] }] });
  });

  it('lists every file in its JSON document', async () => {
    const world = openWorld();
    world.copy(WHEEL, `${WHEEL}.sigstore`, SDIST, `${SDIST}.publish.attestation`);
    const document = await world.json('verify', WHEEL, SDIST, 'none.whl', ...PERSON, ...STAGING);
    expect(document).toMatchInlineSnapshot(`
      {
        "demanded": [
          {
            "anyOf": [
              {
                "identity": "william@yossarian.net",
                "issuer": "https://github.com/login/oauth",
                "kind": "identity",
              },
            ],
          },
        ],
        "files": [
          {
            "accepted": [
              {
                "evidence": "rfc8785-0.1.2-py3-none-any.whl.sigstore",
                "form": "bundle",
                "logged": [
                  {
                    "log": "https://rekor.sigstage.dev",
                    "logIndex": "28175749",
                  },
                ],
                "policy": 0,
                "predicateType": "https://docs.pypi.org/attestations/publish/v1",
                "root": 0,
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
                "subject": "rfc8785-0.1.2-py3-none-any.whl",
                "times": [
                  {
                    "source": "transparency-log",
                    "time": "2024-06-06T18:39:05Z",
                  },
                ],
              },
            ],
            "failures": [],
            "file": "rfc8785-0.1.2-py3-none-any.whl",
            "notCounted": [],
            "notes": [],
            "outcome": "verified",
            "retry": false,
            "sha256": "c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201",
            "status": 0,
          },
          {
            "accepted": [],
            "causes": [],
            "code": "ERR_CERTIFICATE_CHAIN",
            "failures": [
              {
                "causes": [],
                "code": "ERR_CERTIFICATE_CHAIN",
                "details": {},
                "evidence": "pypi_attestations-0.0.19.tar.gz.publish.attestation",
                "message": "pypi_attestations-0.0.19.tar.gz.publish.attestation: no certificate authority of the trusted root signed the certificate",
              },
            ],
            "file": "pypi_attestations-0.0.19.tar.gz",
            "message": "pypi_attestations-0.0.19.tar.gz.publish.attestation: no certificate authority of the trusted root signed the certificate",
            "notCounted": [],
            "notes": [],
            "outcome": "failed",
            "retry": false,
            "sha256": "9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3",
            "status": 30,
          },
          {
            "accepted": [],
            "causes": [],
            "code": "ERR_NO_INPUT",
            "failures": [],
            "file": "none.whl",
            "message": "none.whl does not exist",
            "notCounted": [],
            "notes": [],
            "outcome": "error",
            "retry": false,
            "status": 20,
          },
        ],
        "schema": "colophon.verify/1",
        "status": 30,
        "trust": {
          "ageDays": null,
          "asOf": null,
          "kind": "file",
          "location": "TRUST/staging/trusted_root.json",
          "source": "TRUST/staging/trusted_root.json",
        },
      }
    `);
  });

  it('gives the JSON document of an error when the command line is wrong', async () => {
    const document = await openWorld().json('verify', 'x.whl');
    expect(document).toMatchObject({ schema: 'colophon.error/1', status: 2, error: { code: 'ERR_USAGE' } });
  });
});

const verdict = (status: 0 | 31): FileVerdict => ({
  file: 'x',
  sha256: undefined,
  status,
  error: undefined,
  accepted: [],
  failures: [],
  notCounted: [],
  notes: [],
});

describe('a verification that ends early', () => {
  it.each<[string, FileVerdict[], string]>([
    ['before any verdict', [], 'nothing was verified\n'],
    ['after a file without evidence', [verdict(31)], 'nothing was verified\n'],
    ['after a file that is verified', [verdict(0), verdict(31)], ''],
  ])('%s says that nothing was verified only where that is so', async (_when, verdicts, said) => {
    let stderr = '';
    const host = { writeError: (text: string) => (stderr += text), writeOut: () => undefined };
    const context = { host, isReportRead: false, talk: { result: () => undefined } } as unknown as Context;
    const run = orNothingVerified(context, async () => {
      const report = new VerdictReport({ context, trust: undefined, demands: [] as unknown as Demands });
      for (const one of verdicts) report.tell(one);
      throw new Error('interrupted');
    });
    await expect(run).rejects.toThrow('interrupted');
    expect(stderr).toBe(said);
  });
});
