// SPDX-License-Identifier: Apache-2.0
import { dirname, join, resolve } from 'node:path';
import { attestationFromBundle, encodeAttestation, encodeBundle } from '@colophon/attestation';
import type { JsonObject } from '@colophon/base';
import type { IdToken } from '@colophon/oidc';
import { attestBundles, type AttestedBundle, type AttestingPurpose } from '../attesting.ts';
import { usageError } from '../cli-error.ts';
import { withClient } from '../client.ts';
import type { Context, Outcome } from '../command.ts';
import { EXIT, statusOfProducing, type ExitStatus } from '../exit-status.ts';
import { refusePrivateRepository, signingToken } from '../identity.ts';
import { loadInstance } from '../instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { refuseExisting, writeWhole } from '../output-file.ts';
import { expandDists } from '../paths.ts';
import { loadReleaseFiles, type ReleaseFile } from '../release-file.ts';
import { failureJson } from '../render/failure.ts';
import { policyOfToken } from '../signer-policy.ts';
import { chosenRekor } from '../signing.ts';

interface Outputs {
  readonly attestation?: string;
  readonly bundle?: string;
}

/** `attest`: signs a publish attestation for each dist and writes it beside the file, verified. */
export async function runAttest(args: Arguments, context: Context): Promise<Outcome> {
  const { host, talk } = context;
  const purpose = purposeOf(args);
  const instance = await loadInstance(context);
  const inputs = await expandDists(args.operands.length > 0 ? args.operands : ['dist'], host);
  const files = await loadReleaseFiles(inputs, host.signal);
  const outputs = new Map(files.map((file) => [file, outputsOf(file, args, context)]));
  if (!args.flag('overwrite'))
    await refuseExisting([...outputs.values()].flatMap((paths) => Object.values(paths)));
  return withClient(context, async (http) => {
    const token = await signingToken(args, context, http);
    refusePrivateRepository(token, args.flag('allow-private'));
    const policies = policyOfToken(token);
    talk.say(`signing ${files.length} file${files.length === 1 ? '' : 's'} as ${identityOf(token)}`);
    const reports: JsonObject[] = [];
    const statuses: ExitStatus[] = [];
    const renew = firstThen(token, () => signingToken(args, context, http));
    const options = { context, http, instance, policies, token: renew };
    for await (const one of attestBundles(files, options, purpose)) {
      const report = await finish(one, outputs.get(one.file) ?? {}, context);
      reports.push(report);
      statuses.push(Number(report['status']) as ExitStatus);
    }
    host.signal.throwIfAborted();
    const status = statusOfProducing(statuses);
    return { status, report: { schema: 'colophon.attest/1', status, files: sorted(reports) } };
  });
}

/** A source of tokens that starts with one that is there already. */
export function firstThen(first: IdToken, later: () => Promise<IdToken>): () => Promise<IdToken> {
  let next: IdToken | undefined = first;
  return async () => {
    const token = next ?? (await later());
    next = undefined;
    return token;
  };
}

function identityOf(token: IdToken): string {
  const [identity] = policyOfToken(token).anyOf;
  return identity.kind === 'identity' ? identity.identity : token.claims.sub;
}

function purposeOf(args: Arguments): AttestingPurpose {
  const format = args.text('format');
  const output = format === 'bundle' || format === 'both' ? format : 'pep740';
  const chosen = chosenRekor(args);
  if (output !== 'bundle' && chosen.rekorVersion === 2)
    throw usageError('--rekor-version 2: a PEP 740 attestation has no place for the timestamp that it needs');
  return { output, ...chosen };
}

function outputsOf(file: ReleaseFile, args: Arguments, { host }: Context): Outputs {
  const directory = args.text('output-directory');
  const folder = directory === undefined ? dirname(file.path) : resolve(host.workingDirectory, directory);
  const format = args.text('format') ?? 'pep740';
  return {
    ...(format === 'bundle' ? {} : { attestation: join(folder, `${file.filename}.publish.attestation`) }),
    ...(format === 'pep740' ? {} : { bundle: join(folder, `${file.filename}.publish.sigstore.json`) }),
  };
}

async function finish(one: AttestedBundle, outputs: Outputs, { talk }: Context): Promise<JsonObject> {
  const { file } = one;
  if ('error' in one) {
    talk.error(one.error);
    return { file: file.shown, outcome: 'failed', ...failureJson(one.error) };
  }
  if (outputs.attestation !== undefined)
    await writeWhole(outputs.attestation, encodeAttestation(attestationFromBundle(one.bundle).attestation));
  if (outputs.bundle !== undefined) await writeWhole(outputs.bundle, encodeBundle(one.bundle));
  const logIndex = String(one.bundle.transparencyEntries[0]?.logIndex);
  for (const path of Object.values(outputs))
    talk.result(`attested: ${file.filename} -> ${path} (log index ${logIndex})`);
  return {
    file: file.shown,
    status: EXIT.ok,
    outcome: 'attested',
    sha256: file.digests.sha256,
    logIndex,
    outputs: Object.values(outputs),
    retry: false,
  };
}

function sorted(reports: readonly JsonObject[]): JsonObject[] {
  return reports.toSorted((a, b) => (JSON.stringify(a['file']) < JSON.stringify(b['file']) ? -1 : 1));
}
