// SPDX-License-Identifier: Apache-2.0
import { broughtProvenance } from '../publishing/brought-attestations.ts';
import type { FileProgress } from './release-report.ts';
import type { Attesting, ReleaseSettings } from './release-settings.ts';

/**
 * Takes the provenance that lies beside a file, to be sent along with its publish attestation: verified as the index will,
 * for the publisher of this job. One that is wrong fails the file before anything is signed; a bundle by somebody else
 * stays behind.
 */
export async function takeProvenance(
  one: FileProgress,
  { context }: ReleaseSettings,
  { instance, publisher }: Attesting,
): Promise<void> {
  try {
    const { attestations, leftBehind } = await broughtProvenance(one.file, {
      roots: instance.roots,
      publisher,
    });
    one.along = attestations.map(({ attestation }) => attestation);
    if (one.along.length > 0)
      context.talk.say(`${one.file.filename} has provenance that verifies; sending it along`);
    for (const { name, why } of leftBehind) context.talk.detail(`${name} is not sent: ${why}`);
  } catch (error) {
    one.fail(error);
  }
}
