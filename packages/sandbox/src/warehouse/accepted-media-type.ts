// SPDX-License-Identifier: Apache-2.0

/** The offered media type that an `Accept` header likes best (RFC 9110 §12.5.1); the first if there is no header. */
export function acceptedMediaType(accept: string | undefined, offers: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0];
  const ranges = accept.split(',').map(readRange);
  const ranked = offers.map((offer) => ({ offer, quality: qualityOf(offer, ranges) }));
  const best = ranked.toSorted((a, b) => b.quality - a.quality)[0];
  return best && best.quality > 0 ? best.offer : undefined;
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function readRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
}

function qualityOf(offer: string, ranges: readonly MediaRange[]): number {
  const group = `${offer.split('/')[0]}/*`;
  for (const type of [offer, group, '*/*']) {
    const range = ranges.find((one) => one.type === type);
    if (range) return range.quality;
  }
  return 0;
}
