// SPDX-License-Identifier: Apache-2.0
import { encodeHex } from '@colophon/base';
import type { SignedFile } from '@colophon/sign';
import type { Context, Outcome } from '../command.ts';
import type { Arguments } from '../options/arguments.ts';
import { expandFiles, requireOperands, type InputFile } from '../files/paths.ts';
import { type FirstToken, withTokenAhead } from '../identity/token-ahead.ts';
import { outputFlag } from '../signing/named-output.ts';
import { refuseOldServices } from '../signing/old-options.ts';
import { listOutputs, signOutputs, writeSigned } from '../signing/sign-outputs.ts';
import { signInputs } from '../signing/signing-files.ts';
import { prepareOutputs } from '../signing/signing-outputs.ts';
import { runSigning } from '../signing/signing-run.ts';
import { chosenRekor } from '../signing/signing.ts';

/** `sign`: signs the bytes of each file and writes a bundle beside it, verified. */
export async function runSign(args: Arguments, context: Context): Promise<Outcome> {
  refuseOldServices(args);
  return withTokenAhead(args, context, (firstToken) => signAll(args, context, firstToken));
}

async function signAll(args: Arguments, context: Context, firstToken: FirstToken): Promise<Outcome> {
  const operands = requireOperands(args.operands, 'a file to sign');
  const files = await expandFiles(operands, context.host, {
    to: 'sign',
    tell: (line) => context.talk.say(line),
  });
  const outputs = signOutputs(files, args, context);
  const paths = [...outputs.values()].flatMap(listOutputs);
  await prepareOutputs(
    paths,
    files.map(({ path }) => path),
    outputFlag(args, context, 'overwrite'),
  );
  const purpose = { output: 'bundle', ...chosenRekor(args) } as const;
  return runSigning(args, context, {
    schema: 'colophon.sign/1',
    outcome: 'signed',
    count: files.length,
    purposes: [purpose],
    firstToken,
    sign: (options) => signInputs(files, options, purpose),
    write: async ({ file, bundle, sha256 }: { file: InputFile } & SignedFile) => {
      const written = outputs.get(file) ?? {};
      await writeSigned(bundle, written);
      return { bundle, sha256: encodeHex(sha256), outputs: listOutputs(written) };
    },
  });
}
