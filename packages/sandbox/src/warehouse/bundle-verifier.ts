// SPDX-License-Identifier: Apache-2.0
import type { Bundle, BundleVerifier as SigstoreVerifier } from 'sigstore';

export type SerializedBundle = Bundle;

/** The part of sigstore's verifier that the index builds on: chain, timestamps, log and signature, but no identity. */
export type BundleVerifier = Pick<SigstoreVerifier, 'verify'>;

/** Where a TUF repository with the trusted root is, and the root of its keys. */
export interface TufSource {
  readonly mirrorUrl: string;
  readonly rootPath: string;
  /** A folder that is this index's own. */
  readonly cachePath: string;
}

/**
 * Stock sigstore's verifier over a TUF repository, made anew each time, so that a rotated root counts from the next upload on. It
 * gets no identity to look for: its options for that are regular expressions.
 */
export async function tufBundleVerifier(source: TufSource): Promise<BundleVerifier> {
  const { createVerifier } = await import('sigstore');
  return createVerifier({
    tufMirrorURL: source.mirrorUrl,
    tufRootPath: source.rootPath,
    tufCachePath: source.cachePath,
  });
}
