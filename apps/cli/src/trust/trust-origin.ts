// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { TrustedRoot } from '@colophon/trust';
import type { RoleName } from '@colophon/tuf';

/** Where trust came from, and how old it is. */
export interface TrustOrigin {
  readonly kind: 'file' | 'tuf' | 'embedded';
  /** The file's path as it was given, or the URL of the repository. */
  readonly location: string;
  /** When it was surely of the day; a file does not say. */
  readonly asOf?: Date;
  /** In whole days. */
  readonly ageDays?: number;
  /** When the metadata of the repository expires, or has expired. */
  readonly validUntil?: Date;
  readonly expired?: boolean;
  /** Of the repository's metadata. */
  readonly versions?: Readonly<Record<RoleName, number>>;
}

/** Whom a run trusts; several roots are alternatives, never merged. */
export interface Trust {
  readonly roots: readonly [TrustedRoot, ...TrustedRoot[]];
  /** Where they came from and how old they are, in words. */
  readonly source: string;
  readonly origin: TrustOrigin;
  /** The document that each root was read from. */
  readonly documents: readonly Uint8Array[];
}

const DAY_MS = 86_400_000;

/** Dates an origin, seen from `now`. */
export function datedOrigin(
  origin: Pick<TrustOrigin, 'kind' | 'location' | 'versions'>,
  { now, asOf, validUntil }: { readonly now: Date; readonly asOf?: Date; readonly validUntil?: Date },
): TrustOrigin {
  return {
    ...origin,
    ...(asOf === undefined
      ? {}
      : { asOf, ageDays: Math.max(0, Math.floor((now.getTime() - asOf.getTime()) / DAY_MS)) }),
    ...(validUntil === undefined ? {} : { validUntil, expired: validUntil <= now }),
  };
}

/** An origin in words, for the line of a verdict. */
export function describeOrigin(origin: TrustOrigin): string {
  const { kind, location, asOf, ageDays, validUntil, expired } = origin;
  if (kind === 'file') return location;
  const age = ageDays === undefined ? 'age unknown' : `${ageDays} day${ageDays === 1 ? '' : 's'} old`;
  const date = asOf === undefined ? '' : isoDay(asOf);
  if (kind === 'embedded')
    return `the embedded public-good root (${date === '' ? age : `of ${date} or later, at most ${age}`})`;
  const end = expired === true && validUntil !== undefined ? `, expired ${isoDay(validUntil)}` : '';
  return `that of ${location} (as of ${date}, ${age}${end})`;
}

/** What `--json` says of the trust behind a verdict. */
export function trustJson({ source, origin }: Trust): JsonObject {
  const { kind, location, asOf, ageDays, validUntil, expired, versions } = origin;
  return {
    source,
    kind,
    location,
    asOf: asOf?.toISOString() ?? null,
    ageDays: ageDays ?? null,
    ...(validUntil === undefined ? {} : { validUntil: validUntil.toISOString(), expired: expired === true }),
    ...(versions === undefined ? {} : { versions: { ...versions } }),
  };
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
