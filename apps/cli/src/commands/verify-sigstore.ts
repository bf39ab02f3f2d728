// SPDX-License-Identifier: Apache-2.0
import { basename, resolve } from 'node:path';
import { decodeHex, decodeUtf8, isAppError } from '@colophon/base';
import { sha256File } from '@colophon/dist';
import { VerificationError, type VerifiedEvidence } from '@colophon/verify';
import { CliError, usageError } from '../cli-error.ts';
import type { Context, Outcome } from '../command.ts';
import { statementOf } from '../convert/convert-piece.ts';
import { readEvidence, type EvidenceFile } from '../evidence/evidence.ts';
import { EXIT } from '../exit-status.ts';
import { fileFailure, judgeFile, type FileVerdict } from '../verdict/file-verdict.ts';
import { loadTrust, type Trust } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { exists } from '../files/output-file.ts';
import { requireOperands, type InputFile } from '../files/paths.ts';
import type { Demands } from '../identity/policy-flags.ts';
import { escapeLine } from '../render/escape.ts';
import { signedContent } from '../verdict/signed-content.ts';
import {
  githubDemands,
  identityDemands,
  readMaterials,
  type NamedMaterials,
} from '../identity/sigstore-verify-flags.ts';
import { isDigest, parseDigest, type DigestSubject, type Subject } from '../verdict/subjects.ts';
import { sayNothingVerified } from '../verdict/nothing-verified.ts';
import { verdictJson } from '../verdict/verdict-json.ts';
import { orNothingVerified, verdictsOutcome, wasJudged } from '../verdict/verdict-report.ts';

interface Verification {
  readonly context: Context;
  readonly trust: Trust;
  readonly demands: Demands;
  readonly workflowName: string | undefined;
  readonly materials: NamedMaterials;
}

/** `verify identity`, as sigstore-python has it: files by their bundles, held to one exact identity. */
export async function runVerifyIdentity(args: Arguments, context: Context): Promise<Outcome> {
  return run(args, context, () => ({
    demands: identityDemands(args, context),
    workflowName: undefined,
  }));
}

/** `verify github`, as sigstore-python has it: files by their bundles, held to a workflow of GitHub Actions. */
export async function runVerifyGithub(args: Arguments, context: Context): Promise<Outcome> {
  return run(args, context, () => githubDemands(args, context));
}

async function run(
  args: Arguments,
  context: Context,
  demanded: () => Pick<Verification, 'demands' | 'workflowName'>,
): Promise<Outcome> {
  return orNothingVerified(context, async () => {
    const who = demanded();
    const materials = readMaterials(args, context);
    const operands = requireOperands(args.operands, 'a file to verify, or its sha256: digest');
    const named = Object.values(materials).some((path) => path !== undefined);
    if (named && operands.length > 1)
      throw usageError('--bundle, --signature and --certificate are about one file, and several were named');
    const subjects: (Subject | DigestSubject)[] = [];
    for (const operand of operands) subjects.push(await readSubject(operand, materials, context));
    // Paths are judged first: a word that is misspelt must not end in a question of trust, or of a network.
    const unread = subjects.flatMap((one) => ('error' in one ? [fileFailure(one.shown, one.error)] : []));
    if (unread.length === subjects.length) return concluded(unread, { context, trust: undefined, ...who });
    const verification = { context, trust: await loadTrust(context), materials, ...who };
    const verdicts: FileVerdict[] = [];
    for (const subject of subjects) verdicts.push(await verifySubject(subject, verification));
    return concluded(verdicts, verification);
  });
}

type Concluded = Pick<Verification, 'context' | 'demands'> & { readonly trust: Trust | undefined };

function concluded(verdicts: readonly FileVerdict[], concluding: Concluded): Outcome {
  tell(verdicts, concluding.context);
  const statuses = verdicts.map(({ status }) => status);
  const { roots } = concluding.trust ?? { roots: [] };
  const files = verdicts.map((verdict) => verdictJson(verdict, roots));
  return verdictsOutcome(statuses, files, concluding);
}

// As in sigstore-python, a file whose name looks like a digest comes before the digest.
async function readSubject(
  shown: string,
  { bundle, signature, certificate }: NamedMaterials,
  { host }: Context,
): Promise<Subject | DigestSubject> {
  const path = resolve(host.workingDirectory, shown);
  if (await exists(path)) return { path, shown, filename: basename(path) };
  if (!isDigest(shown)) return { shown, error: new CliError('ERR_NO_INPUT', `${shown} does not exist`) };
  if (bundle === undefined && (signature === undefined || certificate === undefined))
    throw usageError(`${shown}: a digest needs --bundle, or --signature and --certificate`);
  return parseDigest(shown);
}

async function verifySubject(
  subject: Subject | DigestSubject,
  verification: Verification,
): Promise<FileVerdict> {
  const { shown } = subject;
  verification.context.host.signal.throwIfAborted();
  if ('error' in subject) return fileFailure(shown, subject.error);
  try {
    return 'path' in subject
      ? await verifyFile(subject, verification)
      : await verifyDigest(subject, verification);
  } catch (error) {
    if (isAppError(error) && error.code === 'ERR_USAGE') throw error;
    return fileFailure(shown, error);
  }
}

async function verifyDigest(
  { shown, sha256Hex }: DigestSubject,
  verification: Verification,
): Promise<FileVerdict> {
  const evidence = await findMaterials(undefined, sha256Hex, verification);
  return judged(shown, { sha256Hex, sha256: decodeHex(sha256Hex) }, evidence, verification);
}

async function verifyFile(file: InputFile, verification: Verification): Promise<FileVerdict> {
  const { context, demands } = verification;
  const { signal } = context.host;
  const sha256Hex = await sha256File(file.path, { signal });
  const evidence = await findMaterials(file.path, sha256Hex, verification);
  const content = await signedContent(file, sha256Hex, { evidence, demands, signal });
  const { filename } = file;
  return judged(
    file.shown,
    { sha256Hex, sha256: decodeHex(sha256Hex), filename, ...content },
    evidence,
    verification,
  );
}

async function findMaterials(
  path: string | undefined,
  sha256Hex: string,
  { context, trust, materials }: Verification,
): Promise<readonly EvidenceFile[]> {
  const { bundle, signature, certificate } = materials;
  if (bundle !== undefined) return [await readEvidence(bundle, 'bundle')];
  if (signature === undefined && certificate === undefined) return bundleBeside(path ?? '', context);
  const files = { signature: signature ?? `${path}.sig`, certificate: certificate ?? `${path}.crt` };
  const { signal } = context.host;
  // A bundle needs no network, and none of what knows it.
  const [{ withClient }, { readDetached }] = await Promise.all([
    import('../client.ts'),
    import('../evidence/detached-evidence.ts'),
  ]);
  return [await withClient(context, (http) => readDetached(files, sha256Hex, { trust, http, signal }))];
}

async function bundleBeside(path: string, { talk }: Context): Promise<EvidenceFile[]> {
  const [current, legacy] = [`${path}.sigstore.json`, `${path}.sigstore`];
  const [isCurrent, isLegacy] = [await exists(current), await exists(legacy)];
  if (isCurrent && isLegacy)
    throw new CliError(
      'ERR_EVIDENCE_CONFLICT',
      `conflicting inputs: both ${basename(current)} and ${basename(legacy)} lie beside the file`,
    );
  if (isLegacy) talk.warn(`${basename(legacy)}: this name is out of use; call it ${basename(current)}`);
  const found = isCurrent ? current : legacy;
  return isCurrent || isLegacy ? [await readEvidence(found, 'bundle')] : [];
}

async function judged(
  file: string,
  artifact: Parameters<typeof judgeFile>[0]['artifact'],
  evidence: readonly EvidenceFile[],
  verification: Verification,
): Promise<FileVerdict> {
  const verdict = await judgeFile({
    file,
    artifact,
    evidence,
    trustedRoots: verification.trust.roots,
    demands: withOwnTypes(verification.demands, evidence),
    absence: new CliError(
      'ERR_NO_EVIDENCE',
      `${file}: missing verification materials: no bundle lies beside it`,
    ),
  });
  return heldToName(verdict, verification.workflowName);
}

// Whatever a statement's type: it is printed, and judging what it says is the reader's.
function withOwnTypes(demands: Demands, files: readonly EvidenceFile[]): Demands {
  const evidence = files.flatMap((one) => ('evidence' in one ? one.evidence : []));
  const types = evidence.flatMap((one) => {
    try {
      return statementOf(one)?.predicateType ?? [];
    } catch {
      // The verifier says what is wrong with it.
      return [];
    }
  });
  if (types.length === 0) return demands;
  const [first, ...others] = demands.map((demand) => ({ ...demand, predicateTypes: [...new Set(types)] }));
  return [first ?? demands[0], ...others];
}

// The certificate is proven by now, and what it says with it.
function heldToName(verdict: FileVerdict, wanted: string | undefined): FileVerdict {
  const other = verdict.accepted.find(({ signer }) => signer.claims['github-workflow-name'] !== wanted);
  if (verdict.status !== EXIT.ok || wanted === undefined || other === undefined) return verdict;
  const found = other.signer.claims['github-workflow-name'];
  const error = new VerificationError(
    'ERR_CLAIM',
    `${other.evidence.name}: the certificate’s github-workflow-name is ${found ?? 'not there'}, not ${wanted}`,
    { details: { wanted, ...(found === undefined ? {} : { found }) } },
  );
  return {
    ...fileFailure(verdict.file, error, verdict.sha256),
    failures: [{ name: other.evidence.name, error }],
  };
}

function tell(verdicts: readonly FileVerdict[], context: Context): void {
  const { host, talk, options } = context;
  if (!verdicts.some(wasJudged)) sayNothingVerified(context);
  for (const { file, status, error, accepted } of verdicts) {
    talk.raw(`${status === EXIT.ok ? 'OK' : 'FAIL'}: ${escapeLine(file)}\n`);
    if (error !== undefined) talk.error(error);
    else if (!options.json) for (const text of accepted.flatMap(payloadOf)) host.writeOut(`${text}\n`);
  }
}

/** The signed statement, as it is. */
function payloadOf({ evidence }: VerifiedEvidence): string[] {
  if (evidence.kind !== 'bundle' || evidence.bundle.content.kind !== 'dsse') return [];
  return [decodeUtf8(evidence.bundle.content.payload)];
}
