// SPDX-License-Identifier: Apache-2.0
import { derError, expectTag, readChildren, TAG, type DerElement } from './der.ts';
import { readOid, readUtf8String } from './der-value.ts';
import { EXTENSION, type Extensions } from './extension.ts';

/** Fulcio's otherName for identities that are neither a URI nor an e-mail address, such as user names. */
const FULCIO_USERNAME = '1.3.6.1.4.1.57264.1.7';

const OTHER_NAME = 0xa0;
const RFC822_NAME = 0x81;
const URI = 0x86;
const EXPLICIT_0 = 0xa0;

/**
 * A name of the subject. `other` is the text of Fulcio's otherName; `unknown` stands for every other form of name, with
 * its DER in hexadecimal, and never equals an identity.
 */
export interface SubjectAlternativeName {
  readonly kind: 'uri' | 'email' | 'other' | 'unknown';
  readonly value: string;
}

/** Reads the SubjectAlternativeName extension; absent means no names. @throws PkiError ERR_CERTIFICATE */
export function readSubjectAlternativeNames(extensions: Extensions): readonly SubjectAlternativeName[] {
  const extension = extensions.get(EXTENSION.subjectAlternativeName);
  if (extension === undefined) return [];
  const names = readChildren(
    expectTag(extension.content.inner, TAG.sequence, 'the subject alternative name'),
  );
  if (names.length === 0) throw derError('the subject alternative name is empty');
  return names.map(readName);
}

function readName(name: DerElement): SubjectAlternativeName {
  if (name.tag === URI) return { kind: 'uri', value: readIa5(name) };
  if (name.tag === RFC822_NAME) return { kind: 'email', value: readIa5(name) };
  return (name.tag === OTHER_NAME ? readOtherName(name) : undefined) ?? unknownName(name);
}

function readOtherName(name: DerElement): SubjectAlternativeName | undefined {
  const [type, wrapped, ...more] = readChildren(name);
  const oid = readOid(type, 'the type of a name');
  if (oid !== FULCIO_USERNAME) return undefined;
  const [text, ...rest] = readChildren(expectTag(wrapped, EXPLICIT_0, 'the value of a name'));
  if (more.length + rest.length > 0) throw derError('a name of the subject holds more than one value');
  return { kind: 'other', value: readUtf8String(text, 'a name of the subject') };
}

function readIa5(name: DerElement): string {
  const { text } = name;
  // A NUL or a line end in a name is how one identity is made to look like another.
  if (!/^[\x20-\x7e]+$/.test(text)) throw derError('a name of the subject is not printable ASCII');
  return text;
}

function unknownName(name: DerElement): SubjectAlternativeName {
  return { kind: 'unknown', value: Buffer.from(name.bytes).toString('hex') };
}
