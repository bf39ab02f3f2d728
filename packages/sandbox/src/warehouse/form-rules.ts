// SPDX-License-Identifier: Apache-2.0
import { pythonQuoted, shortened } from './python-text.ts';
import { isProjectName } from './python-version.ts';
import { Refusal } from './refusal.ts';
import type { UploadForm } from './upload-form.ts';

const SPECIFICATION = 'See https://packaging.python.org/specifications/core-metadata for more information.';
const REQUIRED = 'This field is required.';

/** Removes what old tools send for "nothing", before anything is read (pypi.md §3, form fields). */
export function sanitizeForm(form: UploadForm): void {
  for (const name of form.fields.keys()) if (form.get(name)?.trim() === 'UNKNOWN') form.fields.delete(name);
}

/** The checks of the form itself, in Warehouse's order (pypi.md §3, check 2). @throws Refusal 400 */
export function assertForm(form: UploadForm): void {
  if ((form.get('protocol_version') ?? '1') !== '1') throw new Refusal(400, 'Unknown protocol version.');
  for (const field of form.fileFields)
    if (field !== 'gpg_signature') throw new Refusal(400, `${field}: Should not be a tuple.`);
  const name = form.get('name') ?? '';
  const fault = name === '' ? REQUIRED : isProjectName(name) ? undefined : NAME_FAULT;
  if (fault) {
    const shown = pythonQuoted(shortened(name));
    throw new Refusal(400, `${shown} is an invalid value for Name. Error: ${fault} ${SPECIFICATION}`);
  }
  const whole = faultOfWhole(form);
  if (whole) throw new Refusal(400, `Error: ${whole}`);
  for (const [field, words] of faultsOfFields(form))
    if (words) throw new Refusal(400, `Invalid value for ${field}. Error: ${words}`);
}

const NAME_FAULT =
  "Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'.";

function faultOfWhole(form: UploadForm): string | undefined {
  const [filetype = '', pyversion = ''] = [form.get('filetype'), form.get('pyversion')];
  if (filetype !== '' && filetype !== 'sdist' && pyversion === '')
    return 'Python version is required for binary distribution uploads.';
  if (filetype === 'sdist' && pyversion !== '' && pyversion !== 'source')
    return "Use 'source' as Python version for an sdist.";
  const digests = ['md5_digest', 'sha256_digest', 'blake2_256_digest'];
  return digests.some((field) => form.get(field)) ? undefined : 'Include at least one message digest.';
}

function faultsOfFields(form: UploadForm): [field: string, words: string | undefined][] {
  const filetype = form.get('filetype') ?? '';
  const known = filetype === 'sdist' || filetype === 'bdist_wheel';
  const digest = (field: string, name: string) => {
    const value = form.get(field) ?? '';
    return value === '' || /^[a-f0-9]{64}$/i.test(value)
      ? undefined
      : `Use a valid, hex-encoded, ${name} message digest.`;
  };
  return [
    ['blake2_256_digest', digest('blake2_256_digest', 'BLAKE2')],
    ['filetype', filetype === '' ? REQUIRED : known ? undefined : 'Use a known file type.'],
    ['sha256_digest', digest('sha256_digest', 'SHA256')],
  ];
}
