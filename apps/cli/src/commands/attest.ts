// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import {
  attestationFromBundle,
  CEP27_PREDICATE_TYPE,
  encodeAttestation,
  encodeBundle,
  encodeStatementAround,
  isCondaFilename,
  PUBLISH_PREDICATE_TYPE,
  SLSA_PROVENANCE_PREDICATE_TYPE,
  type SigstoreBundle,
} from '@colophon/attestation';
import type { IdToken } from '@colophon/oidc';
import { usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { writeWhole } from '../files/output-file.ts';
import { type FirstToken, withTokenAhead } from '../identity/token-ahead.ts';
import { predicateTypeName } from '../identity/predicate-type.ts';
import type { Arguments } from '../options/arguments.ts';
import { chosenTypes } from '../signing/attest-choice.ts';
import {
  planAttestations,
  statementAbout,
  type AttestPlan,
  type AttestOutputs,
  type PlanOptions,
} from '../signing/attest-plan.ts';
import { attestSubjects } from '../signing/attest-subjects.ts';
import { signStatements, type StatementPlan } from '../signing/attesting.ts';
import { verifiedBuild } from '../signing/build-claims.ts';
import { namedOutput, outputFlag } from '../signing/named-output.ts';
import { refuseOldServices } from '../signing/old-options.ts';
import { planReadyStatement, readReadyStatement, refuseBesideStatement } from '../signing/ready-statement.ts';
import { prepareOutputs } from '../signing/signing-outputs.ts';
import { runSigning } from '../signing/signing-run.ts';
import { chosenRekor, type Purpose, type SigningOptions } from '../signing/signing.ts';

// `release` takes it from here.
export { firstThen } from '../signing/signing-run.ts';

/** `attest`: signs statements of the chosen types about each file, and writes them beside it, verified. */
export async function runAttest(args: Arguments, context: Context): Promise<Outcome> {
  refuseOldServices(args);
  return withTokenAhead(args, context, (firstToken) => attestAll(args, context, firstToken));
}

async function attestAll(args: Arguments, context: Context, firstToken: FirstToken): Promise<Outcome> {
  const bundle = namedOutput(args, context, 'bundle');
  if (bundle !== undefined && args.has('output-directory'))
    throw usageError(`${bundle.source} excludes --output-directory`);
  const plans = await planAll({ args, context, bundle });
  const purposes = purposesOf(plans, args);
  const inputs = plans.flatMap(({ subjects, sources }) => [...subjects.map(({ path }) => path), ...sources]);
  const list = args.text('subjects');
  if (list !== undefined) inputs.push(resolve(context.host.workingDirectory, list));
  const paths = plans.flatMap(({ outputs }) => Object.values(outputs));
  await prepareOutputs(paths, inputs, outputFlag(args, context, 'overwrite'));
  return runSigning(args, context, {
    schema: 'colophon.attest/1',
    outcome: 'attested',
    count: plans.length,
    purposes,
    firstToken,
    sign: (options, token) => signPlans(plans, options, { token, rekor: chosenRekor(args) }),
    describe: ({ type }) => ({ predicateType: type }),
    write: async ({ file: { outputs, subjects }, bundle: made }) => {
      await writeAll(made, outputs);
      const [subject, another] = subjects;
      return {
        bundle: made,
        ...(subject === undefined || another !== undefined ? {} : { sha256: subject.sha256 }),
        outputs: Object.values(outputs),
      };
    },
  });
}

async function planAll(options: PlanOptions): Promise<AttestPlan[]> {
  const { args, context } = options;
  const statementFile = args.text('statement');
  if (statementFile !== undefined) {
    refuseBesideStatement(args);
    const ready = await readReadyStatement(statementFile, options);
    const dists = ready.statement.predicateType === PUBLISH_PREDICATE_TYPE;
    return [planReadyStatement(ready, await attestSubjects(args, context, { dists }), options)];
  }
  const types = chosenTypes(args);
  const dists = types.some(({ type }) => type === PUBLISH_PREDICATE_TYPE);
  const conda = types.some(({ type }) => type === CEP27_PREDICATE_TYPE);
  const files = await attestSubjects(args, context, {
    dists,
    ...(conda ? { inFolders: isCondaFilename } : {}),
  });
  return await planAttestations(files, types, options);
}

function purposesOf(plans: readonly AttestPlan[], args: Arguments): Purpose[] {
  const rekor = chosenRekor(args);
  const untimed = plans.find(({ form }) => form !== 'bundle');
  if (rekor.rekorVersion === 2 && untimed !== undefined)
    throw usageError(
      `--rekor-version 2: a PEP 740 attestation (of ${predicateTypeName(untimed.type)}) has no place for the timestamp that it needs`,
    );
  return [...new Set(plans.map(({ form }) => form))].map((output) => ({ output, ...rekor }));
}

interface Signing {
  readonly token: IdToken;
  readonly rekor: Pick<Purpose, 'rekorVersion'>;
}

async function* signPlans(plans: readonly AttestPlan[], options: SigningOptions, { token, rekor }: Signing) {
  const awaiting = plans.some(({ statement }) => statement === undefined);
  const provenance = awaiting ? await verifiedBuild(token, options) : undefined;
  const complete = plans.map((plan): AttestPlan & StatementPlan => {
    const { statement, subjects } = plan;
    if (statement !== undefined) return { ...plan, statement };
    const [subject] = subjects;
    if (subject === undefined || provenance === undefined) throw new TypeError('provenance is of a file');
    const about = statementAbout(subject, SLSA_PROVENANCE_PREDICATE_TYPE);
    const json = JSON.stringify(provenance.predicate);
    return { ...plan, provenance, statement: encodeStatementAround(about, json) };
  });
  yield* signStatements(complete, options, rekor);
}

async function writeAll(made: SigstoreBundle, { attestation, bundle }: AttestOutputs): Promise<void> {
  if (attestation !== undefined)
    await writeWhole(attestation, encodeAttestation(attestationFromBundle(made).attestation));
  if (bundle !== undefined) await writeWhole(bundle, encodeBundle(made));
}
