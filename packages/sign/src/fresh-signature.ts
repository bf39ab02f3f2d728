// SPDX-License-Identifier: Apache-2.0
import { RekorError } from '@colophon/rekor';

const MOST_SIGNATURES = 3;

/**
 * Runs a signing, and runs it anew where a Rekor v2 log says that it has the signature already: the answer to an earlier
 * request was lost, and there is no way to fetch it. ECDSA gives another signature each time.
 */
export async function withFreshSignatures<T>(signAndLog: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await signAndLog();
    } catch (error) {
      const logged = error instanceof RekorError && error.code === 'ERR_REKOR_DUPLICATE';
      if (!logged || made >= MOST_SIGNATURES) throw error;
    }
  }
}
