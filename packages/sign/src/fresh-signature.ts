// SPDX-License-Identifier: Apache-2.0
import { RekorError } from '@colophon/rekor';
import { SignError } from './sign-error.ts';

const MOST_SIGNATURES = 3;

/**
 * Runs a signing, and runs it anew where a fresh signature helps: where a Rekor v2 log says that it has the signature
 * already (the answer to an earlier request was lost, and there is no way to fetch it; ECDSA gives another signature each
 * time), and where services were so slow that the certificate ended meanwhile.
 * @param renewed whether the certificate to sign with now is another one than that of the signature which came too late:
 * with the same one a second signature would come no better.
 */
export async function withFreshSignatures<T>(
  signAndLog: () => Promise<T>,
  renewed: () => Promise<boolean>,
): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await signAndLog();
    } catch (error) {
      if (made >= MOST_SIGNATURES) throw error;
      const logged = error instanceof RekorError && error.code === 'ERR_REKOR_DUPLICATE';
      const late = error instanceof SignError && error.details['late'] === true;
      if (!logged && !(late && (await renewed()))) throw error;
    }
  }
}
