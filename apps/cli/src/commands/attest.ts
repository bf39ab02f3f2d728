// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import {
  attestationFromBundle,
  encodeAttestation,
  encodeBundle,
  type SigstoreBundle,
} from '@colophon/attestation';
import { attestBundles } from '../signing/attesting.ts';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { writeWhole } from '../files/output-file.ts';
import { expandDists } from '../files/paths.ts';
import { loadReleaseFiles, type ReleaseFile } from '../release/release-file.ts';
import { outputFolder, prepareOutputs } from '../signing/signing-outputs.ts';
import { runSigning } from '../signing/signing-run.ts';
import { chosenRekor, type Purpose } from '../signing/signing.ts';

// `release` takes it from here.
export { firstThen } from '../signing/signing-run.ts';

interface Outputs {
  readonly attestation?: string;
  readonly bundle?: string;
}

/** `attest`: signs a publish attestation for each dist and writes it beside the file, verified. */
export async function runAttest(args: Arguments, context: Context): Promise<Outcome> {
  const { host } = context;
  const purpose = purposeOf(args);
  const inputs = await expandDists(args.operands.length > 0 ? args.operands : ['dist'], host);
  const files = await loadReleaseFiles(inputs, host.signal);
  const outputs = new Map(files.map((file) => [file, outputsOf(file, args, context)]));
  const paths = [...outputs.values()].flatMap((one) => Object.values(one));
  await prepareOutputs(paths, files, args.flag('overwrite'));
  return runSigning(args, context, {
    schema: 'colophon.attest/1',
    outcome: 'attested',
    files: files.length,
    purpose,
    sign: (options) => attestBundles(files, options, purpose),
    write: async ({ file, bundle }: { file: ReleaseFile; bundle: SigstoreBundle }) => {
      const written = outputs.get(file) ?? outputsOf(file, args, context);
      await writeAll(bundle, written);
      return { bundle, sha256: file.digests.sha256, outputs: Object.values(written) };
    },
  });
}

function purposeOf(args: Arguments): Purpose {
  const format = args.text('format');
  const output = format === 'bundle' || format === 'both' ? format : 'pep740';
  const chosen = chosenRekor(args);
  if (output !== 'bundle' && chosen.rekorVersion === 2)
    throw usageError('--rekor-version 2: a PEP 740 attestation has no place for the timestamp that it needs');
  return { output, ...chosen };
}

function outputsOf(file: ReleaseFile, args: Arguments, context: Context): Outputs {
  const folder = outputFolder(file, args, context);
  const { output } = purposeOf(args);
  return {
    ...(output === 'bundle' ? {} : { attestation: join(folder, `${file.filename}.publish.attestation`) }),
    ...(output === 'pep740' ? {} : { bundle: join(folder, `${file.filename}.publish.sigstore.json`) }),
  };
}

async function writeAll(made: SigstoreBundle, { attestation, bundle }: Outputs): Promise<void> {
  if (attestation !== undefined)
    await writeWhole(attestation, encodeAttestation(attestationFromBundle(made).attestation));
  if (bundle !== undefined) await writeWhole(bundle, encodeBundle(made));
}
