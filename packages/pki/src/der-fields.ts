// SPDX-License-Identifier: Apache-2.0
import { derError, expectTag, readChildren, TAG, type DerElement } from './der.ts';

/** The fields of a SEQUENCE, taken one after the other. What is not taken by the end is refused. */
export class DerFields {
  readonly #fields: DerElement[];
  readonly #what: string;

  constructor(sequence: DerElement | undefined, what: string) {
    this.#fields = readChildren(expectTag(sequence, TAG.sequence, what));
    this.#what = what;
  }

  /** Takes the next field, which must have the tag. @throws PkiError ERR_CERTIFICATE */
  take(tag: number): DerElement {
    return expectTag(this.#fields.shift(), tag, `a field of ${this.#what}`);
  }

  /** Takes the next field if it has the tag. */
  takeOptional(tag: number): DerElement | undefined {
    return this.#fields[0]?.tag === tag ? this.#fields.shift() : undefined;
  }

  /** @throws PkiError ERR_CERTIFICATE */
  end(): void {
    if (this.#fields.length > 0) throw derError(`${this.#what} has a field that is not understood`);
  }
}

/** The one element that another holds. @throws PkiError ERR_CERTIFICATE */
export function onlyChild(element: DerElement, what: string): DerElement {
  const [child, ...more] = readChildren(element);
  if (child === undefined || more.length > 0) throw derError(`${what} holds other than one value`);
  return child;
}
