// SPDX-License-Identifier: Apache-2.0

const MAX_SCANNED = 5 * 1024 * 1024;
const POLICY = 'See https://pypi.org/policy/acceptable-use-policy/ for more information.';

const RULES: readonly [words: string, marks: (source: string) => boolean][] = [
  [
    `PyArmor-encrypted content is not allowed. ${POLICY}`,
    (source) =>
      source.includes('__pyarmor__(__name__, __file__,') ||
      ['enter', 'exit', 'assert', 'bcc'].some((hook) => source.includes(`__pyarmor_${hook}__`)),
  ],
  [
    `SourceDefender-encrypted content is not allowed. ${POLICY}`,
    (source) => source.includes('---BEGIN PYE FILE---') && source.includes('---END PYE FILE---'),
  ],
  [
    'We have detected a PyPI API token exposed in the uploaded file. Publishing it would allow anyone to perform actions ' +
      'on your behalf. For your own security, please revoke the token immediately.',
    (source) => /pypi-AgEIcHlwaS5vcmcCJ[a-zA-Z0-9_-]{150,157}/.test(source),
  ],
];

/** Whether the index looks into a member. */
export function isScanned(name: string): boolean {
  return /\.pye?$/i.test(name);
}

/** What the index says of a source that it does not take, if it is one. */
export function sourceFault(content: Buffer): string | undefined {
  if (content.length > MAX_SCANNED) return undefined;
  const source = content.toString('latin1');
  return RULES.find(([, marks]) => marks(source))?.[0];
}
