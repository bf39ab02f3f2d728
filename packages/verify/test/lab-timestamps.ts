// SPDX-License-Identifier: Apache-2.0
import { sign } from 'node:crypto';
import { der, oid, sequence, text } from './der.ts';
import { directoryName, hash, SIGNED_AT, tsa, type KeyPair } from './lab-certificates.ts';

/** What may be other than usual in a timestamp; whatever is above it is signed again. */
export interface TimestampRecipe {
  /** Seconds since 1970. */
  readonly at?: number;
  readonly status?: number;
  readonly imprint?: Uint8Array;
  readonly imprintHash?: string;
  readonly version?: number;
  readonly policy?: string;
  /** Fields of TSTInfo after the time. */
  readonly rest?: readonly Uint8Array[];
  readonly contentType?: string;
  readonly digest?: Uint8Array;
  readonly key?: KeyPair;
  readonly issuer?: string;
  readonly serial?: number;
  /** The certificate that the signed attributes name; null for none. */
  readonly names?: Uint8Array | null;
  readonly unsigned?: Uint8Array;
  readonly certificates?: readonly Uint8Array[];
  readonly tail?: Uint8Array;
}

const SHA256 = '2.16.840.1.101.3.4.2.1';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
export const integer = (...octets: number[]): Uint8Array => der(0x02, Uint8Array.from(octets));
const attribute = (name: string, value: Uint8Array) => sequence(oid(name), der(0x31, value));
const general = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;

function timestampInfo(data: Uint8Array, recipe: TimestampRecipe): Uint8Array {
  return sequence(
    integer(recipe.version ?? 1),
    oid(recipe.policy ?? '1.3.6.1.4.1.57264.2'),
    sequence(sequence(oid(recipe.imprintHash ?? SHA256)), der(0x04, recipe.imprint ?? hash(data))),
    integer(9),
    der(0x18, text(general(recipe.at ?? SIGNED_AT))),
    ...(recipe.rest ?? []),
  );
}

/** A TimeStampResp over `data` by the authority's `certificate`. */
export function makeTimestamp(
  data: Uint8Array,
  certificate: Uint8Array,
  recipe: TimestampRecipe = {},
): Uint8Array {
  const info = timestampInfo(data, recipe);
  const named = recipe.names === undefined ? certificate : recipe.names;
  const attributes = Buffer.concat([
    attribute('1.2.840.113549.1.9.3', oid(recipe.contentType ?? TST_INFO)),
    attribute('1.2.840.113549.1.9.4', der(0x04, recipe.digest ?? hash(info))),
    ...(named === null
      ? []
      : [attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(der(0x04, hash(named))))))]),
  ]);
  const signerInfo = sequence(
    integer(1),
    sequence(directoryName(recipe.issuer ?? 'lab-tsa-root'), integer(recipe.serial ?? 7)),
    sequence(oid(SHA256)),
    der(0xa0, attributes),
    sequence(oid('1.2.840.10045.4.3.2')),
    der(0x04, sign('sha256', der(0x31, attributes), (recipe.key ?? tsa).privateKey)),
    ...(recipe.unsigned === undefined ? [] : [recipe.unsigned]),
  );
  const signedData = sequence(
    integer(3),
    der(0x31, sequence(oid(SHA256))),
    sequence(oid(TST_INFO), der(0xa0, der(0x04, info))),
    ...(recipe.certificates === undefined ? [] : [der(0xa0, ...recipe.certificates)]),
    der(0x31, signerInfo),
  );
  const token = sequence(oid('1.2.840.113549.1.7.2'), der(0xa0, signedData));
  const whole = sequence(sequence(integer(recipe.status ?? 0)), token);
  return new Uint8Array(Buffer.concat([whole, recipe.tail ?? new Uint8Array()]));
}
