// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { decodeUtf8, parseJson } from '@colophon/base';
import type { Context, Outcome } from '../command.ts';
import { EXIT } from '../exit-status.ts';
import { loadTrust } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { writeWhole } from '../files/output-file.ts';
import { trustJson, type Trust } from '../trust/trust-origin.ts';
import { usageError } from '../cli-error.ts';

/** `trust export`: the trusted root as a file that `--trusted-root` reads, here or in any other client. */
export async function runTrustExport(args: Arguments, context: Context): Promise<Outcome> {
  const { host, options, talk } = context;
  const output = args.text('output');
  const trust = await loadTrust(context);
  const text = exportedText(trust, output);
  if (output !== undefined) await writeWhole(resolve(host.workingDirectory, output), text);
  else if (!options.json) host.writeOut(text);
  talk.say(`exported ${trust.source}${output === undefined ? '' : ` to ${output}`}`);
  return {
    status: EXIT.ok,
    report: {
      schema: 'colophon.trust-export/1',
      status: EXIT.ok,
      trust: trustJson(trust),
      ...(output === undefined
        ? { trustedRoots: trust.documents.map((bytes) => parseJson(bytes)) }
        : { output }),
    },
  };
}

// One root goes out byte for byte, as it was signed for; several are only a file of lines.
function exportedText({ documents }: Trust, output: string | undefined): string {
  const lines = output?.endsWith('.jsonl') ?? documents.length > 1;
  if (lines) return documents.map((bytes) => `${JSON.stringify(parseJson(bytes))}\n`).join('');
  const [document, another] = documents;
  if (document === undefined || another !== undefined)
    throw usageError('several trusted roots go into a file whose name ends in .jsonl');
  return decodeUtf8(document);
}
