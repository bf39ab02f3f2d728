// SPDX-License-Identifier: Apache-2.0
import { EXTENSION, subjectNames, textElement } from '../forge/certificate.ts';
import { element, utf8String } from '../forge/der.ts';
import { REF, REPOSITORY, SHA, WORKFLOW } from '../forge/facts.ts';
import { BUILD_CONFIG, ISSUER, type LeafShape } from '../forge/leaf.ts';
import { type ForgedCase, GITHUB, type PublisherJson } from './case.ts';

const CONFIG = `https://github.com/${REPOSITORY}/.github/workflows/${WORKFLOW}`;
const VALUES: Readonly<Record<number, string>> = {
  8: ISSUER,
  12: `https://github.com/${REPOSITORY}`,
  13: SHA,
  14: REF,
  18: BUILD_CONFIG,
};

const claimed = (kind: string, name: string, claims: NonNullable<LeafShape['claims']>): ForgedCase => ({
  kind,
  name,
  shape: { leaf: { claims } },
});

/** Each claim absent; the build configuration at the commit, at the ref, at neither. */
function claimValues(): ForgedCase[] {
  const absent = [1, 8, 9, 12, 13, 14, 18].map((claim) =>
    claimed('claims: absent', `.${claim}`, { [claim]: null }),
  );
  return [
    ...absent,
    claimed('claims: absent', '.13 and .14', { 13: null, 14: null }),
    claimed('claims: build configuration', 'at the commit', { 18: `${CONFIG}@${SHA}` }),
    claimed('claims: build configuration', 'at the commit, without a ref', {
      18: `${CONFIG}@${SHA}`,
      14: null,
    }),
    claimed('claims: build configuration', 'at another ref', { 18: `${CONFIG}@refs/heads/x` }),
    claimed('claims: build configuration', 'at an empty ref', { 18: `${CONFIG}@`, 14: '' }),
    claimed('claims: build configuration', 'of another workflow', {
      18: BUILD_CONFIG.replace(WORKFLOW, 'other.yml'),
    }),
    claimed('claims: build configuration', 'with more behind it', { 18: `${BUILD_CONFIG}/x` }),
    ...Object.entries(VALUES).map(([claim, value]) =>
      claimed('claims: upper case', `.${claim}`, { [claim]: value.toUpperCase() }),
    ),
  ];
}

/** Each claim in spellings that some readers take for the same text. */
function claimEncodings(): ForgedCase[] {
  return Object.entries(VALUES).flatMap(([claim, value]) => {
    const bytes = Buffer.from(value);
    const spellings: Readonly<Record<string, Uint8Array>> = {
      'as IA5String': textElement(0x16, value),
      'as bare text': bytes,
      'with a byte after it': new Uint8Array([...utf8String(value), 0]),
      'with a long length': new Uint8Array([0x0c, 0x81, bytes.length, ...bytes]),
      'in pieces': element(0x2c, utf8String(value)),
      'not in UTF-8': element(0x0c, new Uint8Array([0xff, 0xfe])),
    };
    return Object.entries(spellings).map(([spelling, der]) =>
      claimed('claims: encoding', `.${claim} ${spelling}`, { [claim]: der }),
    );
  });
}

const GITLAB: PublisherJson = { kind: 'GitLab', repository: 'g/s/p', workflow_filepath: '.gitlab-ci.yml' };
const GITLAB_CONFIG = 'https://gitlab.com/g/s/p//.gitlab-ci.yml';
const GITLAB_CLAIMS = {
  8: 'https://gitlab.com',
  12: 'https://gitlab.com/g/s/p',
  14: 'refs/heads/main',
  18: `${GITLAB_CONFIG}@refs/heads/main`,
};

function gitlabCases(): ForgedCase[] {
  const cases: Readonly<Record<string, NonNullable<LeafShape['claims']>>> = {
    good: {},
    'at the commit': { 18: `${GITLAB_CONFIG}@${SHA}` },
    'no commit': { 13: null },
    'no ref': { 14: null },
    'one slash': { 18: 'https://gitlab.com/g/s/p/.gitlab-ci.yml@refs/heads/main' },
    'GitHub’s issuer': { 8: ISSUER },
    'another project': { 12: 'https://gitlab.com/g/s/q' },
  };
  return Object.entries(cases).map(([name, claims]) => ({
    ...claimed('publisher: GitLab', name, { ...GITLAB_CLAIMS, ...claims }),
    publisher: GITLAB,
    ...(name === 'good' ? { expected: 'accepted' as const } : {}),
  }));
}

const EMAIL = 'ci@x.iam.gserviceaccount.com';
const GOOGLE_ISSUER = 'https://accounts.google.com';

function googleLeaf(
  names: Parameters<typeof subjectNames>[0],
  issuer: Uint8Array | null = Buffer.from(GOOGLE_ISSUER),
): LeafShape {
  const changed = subjectNames(names);
  return {
    claims: { 1: issuer, 8: GOOGLE_ISSUER },
    extensions: (usual) => usual.map((one) => (one.id === EXTENSION.subjectAlternativeName ? changed : one)),
  };
}

function googleCases(): ForgedCase[] {
  const leaves: Readonly<Record<string, LeafShape>> = {
    good: googleLeaf([[1, EMAIL]]),
    'upper case': googleLeaf([[1, EMAIL.toUpperCase()]]),
    'issuer as DER': googleLeaf([[1, EMAIL]], utf8String(GOOGLE_ISSUER)),
    'no issuer': googleLeaf([[1, EMAIL]], null),
    'another issuer': googleLeaf([[1, EMAIL]], Buffer.from('https://accounts.google.co')),
    'two addresses': googleLeaf([
      [1, EMAIL],
      [1, 'other@x.test'],
    ]),
    'the address as URI': googleLeaf([[6, EMAIL]]),
  };
  return Object.entries(leaves).map(([name, leaf]) => ({
    kind: 'publisher: Google',
    name,
    shape: { leaf },
    publisher: { kind: 'Google', email: EMAIL },
    ...(name === 'good' ? { expected: 'accepted' as const } : {}),
  }));
}

function otherPublishers(): ForgedCase[] {
  const publishers: Readonly<Record<string, PublisherJson>> = {
    'an owner in other case': { ...GITHUB, repository: 'Octo/demo' } as PublisherJson,
    'a workflow in other case': { ...GITHUB, workflow: 'Release.yml' } as PublisherJson,
    'another repository': { ...GITHUB, repository: 'octo/demo2' } as PublisherJson,
    'another workflow': { ...GITHUB, workflow: 'elease.yml' } as PublisherJson,
    'GitLab’s of that name': { kind: 'GitLab', repository: REPOSITORY, workflow_filepath: WORKFLOW },
    'a person': { kind: 'Google', email: EMAIL },
  };
  return Object.entries(publishers).map(([name, publisher]) => ({
    kind: 'publisher: another',
    name,
    shape: {},
    publisher,
    expected: 'refused',
  }));
}

export function identityCases(): ForgedCase[] {
  return [...claimValues(), ...claimEncodings(), ...gitlabCases(), ...googleCases(), ...otherPublishers()];
}
