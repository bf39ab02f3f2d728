// SPDX-License-Identifier: Apache-2.0
import { dirname, join, resolve } from 'node:path';
import { encodeBundle, type SigstoreBundle } from '@colophon/attestation';
import { encodeBase64, encodeHex } from '@colophon/base';
import { encodePem } from '@colophon/pki';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { writeWhole } from '../files/output-file.ts';
import { expandFiles, requireOperands, type InputFile } from '../files/paths.ts';
import { signInputs } from '../signing/signing-files.ts';
import { outputFolder, prepareOutputs } from '../signing/signing-outputs.ts';
import { runSigning } from '../signing/signing-run.ts';
import { chosenRekor } from '../signing/signing.ts';

/** Where the parts of one file's signature go. */
interface Outputs {
  readonly bundle: string;
  readonly detached?: { readonly signature: string; readonly certificate: string };
}

/** `sign`: signs the bytes of each file and writes a bundle beside it, verified. */
export async function runSign(args: Arguments, context: Context): Promise<Outcome> {
  const operands = requireOperands(args.operands, 'a file to sign');
  refuseContradictions(args);
  const files = await expandFiles(operands, context.host);
  if (args.text('bundle') !== undefined && files.length > 1)
    throw usageError(`--bundle is for one file, and ${files.length} were named`);
  const outputs = new Map(files.map((file) => [file, outputsOf(file, args, context)]));
  await prepareOutputs([...outputs.values()].flatMap(listOf), files, args.flag('overwrite'));
  const purpose = { output: 'bundle', ...chosenRekor(args) } as const;
  return runSigning(args, context, {
    schema: 'colophon.sign/1',
    outcome: 'signed',
    count: files.length,
    purposes: [purpose],
    sign: (options) => signInputs(files, options, purpose),
    write: async ({
      file,
      bundle,
      sha256,
    }: {
      file: InputFile;
      bundle: SigstoreBundle;
      sha256: Uint8Array;
    }) => {
      const paths = outputs.get(file) ?? outputsOf(file, args, context);
      await writeAll(bundle, paths);
      return { bundle, sha256: encodeHex(sha256), outputs: listOf(paths) };
    },
  });
}

function refuseContradictions(args: Arguments): void {
  if (args.text('bundle') !== undefined && args.text('output-directory') !== undefined)
    throw usageError('--bundle excludes --output-directory');
}

function outputsOf(file: InputFile, args: Arguments, context: Context): Outputs {
  const named = args.text('bundle');
  const bundle =
    named === undefined
      ? join(outputFolder(file, args, context), `${file.filename}.sigstore.json`)
      : resolve(context.host.workingDirectory, named);
  if (!args.flag('detached')) return { bundle };
  const beside = join(dirname(bundle), file.filename);
  return { bundle, detached: { signature: `${beside}.sig`, certificate: `${beside}.crt` } };
}

function listOf({ bundle, detached }: Outputs): string[] {
  return detached === undefined ? [bundle] : [bundle, detached.signature, detached.certificate];
}

// The bundle comes last: where it is, the others are too.
async function writeAll(bundle: SigstoreBundle, { bundle: path, detached }: Outputs): Promise<void> {
  const { content, keyMaterial } = bundle;
  if (detached !== undefined && keyMaterial.kind === 'certificate') {
    await writeWhole(detached.signature, `${encodeBase64(content.signature)}\n`);
    await writeWhole(detached.certificate, encodePem(keyMaterial.chain[0], 'CERTIFICATE'));
  }
  await writeWhole(path, encodeBundle(bundle));
}
