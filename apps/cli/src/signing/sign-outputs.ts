// SPDX-License-Identifier: Apache-2.0
import { dirname, join, resolve } from 'node:path';
import { encodeBundle, type SigstoreBundle } from '@colophon/attestation';
import { encodeBase64 } from '@colophon/base';
import { encodePem } from '@colophon/pki';
import { usageError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import { writeWhole } from '../files/output-file.ts';
import type { InputFile } from '../files/paths.ts';
import type { Arguments } from '../options/arguments.ts';
import { namedOutput, outputFlag, type NamedOutput } from './named-output.ts';
import { outputFolder } from './signing-outputs.ts';

/** Where the parts of one file's signature go. */
export interface SignOutputs {
  readonly bundle?: string;
  readonly detached?: { readonly signature: string; readonly certificate: string };
}

/** The options that say where, with sigstore-python's variables read. */
interface Wanted {
  readonly bundle: NamedOutput | undefined;
  readonly signature: NamedOutput | undefined;
  readonly certificate: NamedOutput | undefined;
  readonly directory: NamedOutput | undefined;
  readonly besides: boolean;
  readonly detached: boolean;
}

/** Says for each file what is written of its signature, by sigstore-python's rules. @throws CliError ERR_USAGE */
export function signOutputs<File extends InputFile>(
  files: readonly File[],
  args: Arguments,
  context: Context,
): Map<File, SignOutputs> {
  const wanted: Wanted = {
    bundle: namedOutput(args, context, 'bundle'),
    signature: namedOutput(args, context, 'signature'),
    certificate: namedOutput(args, context, 'certificate'),
    directory: namedOutput(args, context, 'output-directory'),
    besides: !outputFlag(args, context, 'no-default-files'),
    detached: args.flag('detached'),
  };
  refuseContradictions(wanted, files.length);
  return new Map(files.map((file) => [file, outputsOf(file, wanted, context)]));
}

function refuseContradictions(wanted: Wanted, files: number): void {
  const { bundle, signature, certificate, directory, besides, detached } = wanted;
  const named = bundle ?? signature ?? certificate;
  if (named !== undefined && files > 1)
    throw usageError(`${named.source} is for one file, and ${files} were named`);
  if (named !== undefined && directory !== undefined)
    throw usageError(`${named.source} excludes ${directory.source}`);
  if ((signature === undefined) !== (certificate === undefined))
    throw usageError('--signature and --certificate go together: neither verifies alone');
  if (detached && signature !== undefined)
    throw usageError(`--detached excludes ${signature.source}: both say where the signature goes`);
  if (!besides && bundle !== undefined)
    throw usageError(`--no-default-files excludes ${bundle.source}, which is written all the same`);
  if (!besides && signature === undefined && !detached)
    throw usageError('--no-default-files: nothing would be written; name --signature and --certificate');
}

function outputsOf(file: InputFile, wanted: Wanted, context: Context): SignOutputs {
  const { bundle, besides, directory } = wanted;
  const at = ({ path }: NamedOutput): string => resolve(context.host.workingDirectory, path);
  const folder = outputFolder(file, directory?.path, context);
  const bundlePath = bundle === undefined ? join(folder, `${file.filename}.sigstore.json`) : at(bundle);
  const detached = detachedOutputs(file, wanted, { folder: dirname(bundlePath), at });
  return {
    ...(besides ? { bundle: bundlePath } : {}),
    ...(detached === undefined ? {} : { detached }),
  };
}

function detachedOutputs(
  { filename }: InputFile,
  { signature, certificate, detached }: Wanted,
  { folder, at }: { folder: string; at: (output: NamedOutput) => string },
): SignOutputs['detached'] {
  if (signature !== undefined && certificate !== undefined)
    return { signature: at(signature), certificate: at(certificate) };
  const beside = join(folder, filename);
  return detached ? { signature: `${beside}.sig`, certificate: `${beside}.crt` } : undefined;
}

/** All files that are written, the bundle first. */
export function listOutputs({ bundle, detached }: SignOutputs): string[] {
  return [bundle, detached?.signature, detached?.certificate].filter((path) => path !== undefined);
}

/** Writes what there is to write, each file whole. The bundle comes last: where it is, the others are too. */
export async function writeSigned(signed: SigstoreBundle, { bundle, detached }: SignOutputs): Promise<void> {
  const { content, keyMaterial } = signed;
  if (detached !== undefined && keyMaterial.kind === 'certificate') {
    await writeWhole(detached.signature, `${encodeBase64(content.signature)}\n`);
    await writeWhole(detached.certificate, encodePem(keyMaterial.chain[0], 'CERTIFICATE'));
  }
  if (bundle !== undefined) await writeWhole(bundle, encodeBundle(signed));
}
