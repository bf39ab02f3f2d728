// SPDX-License-Identifier: Apache-2.0
import { createVerify } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runColophon } from '../peers/colophon-command.ts';
import type { Stack } from '../stack/stack.ts';
import { identityOf } from '../table/identities.ts';
import type { Form, Peer } from '../table/peer.ts';
import { handOver, type Services, type SigningPath } from './signing-paths.ts';

export interface PathScene {
  readonly stack: Stack;
  /** Empty, for this suite alone. */
  readonly folder: string;
  readonly wheel: string;
  readonly trustConfigs: Readonly<Record<Services, string>>;
  /** Who judge bundles beside the product. */
  readonly bundleJudges: readonly Peer[];
  /** Who judges PEP 740 attestations beside the product. */
  readonly attestationJudge: Peer;
}

/** What became of a path. */
export interface PathOutcome {
  readonly path: SigningPath;
  /** Kind and version of the log entries, as the evidence has them. */
  readonly entry: string;
  readonly judges: readonly string[];
  readonly milliseconds: number;
  readonly wrong: readonly string[];
}

/** Signs by one path, and has all that it wrote verified by the product and by every peer that can. */
export async function runPath(path: SigningPath, scene: PathScene, id: string): Promise<PathOutcome> {
  const folder = join(scene.folder, id);
  await mkdir(folder, { recursive: true });
  const artifact = join(folder, basename(scene.wheel));
  await copyFile(scene.wheel, artifact);
  const { options, environment } = await handOver(
    path.source,
    scene.stack,
    join(scene.folder, `${id}.token`),
  );
  const trust = ['--trust-config', scene.trustConfigs[path.services]];
  const start = performance.now();
  const { status, stderr } = await runColophon([...path.command, artifact, ...trust, ...options], {
    environment,
  });
  const milliseconds = performance.now() - start;
  if (status !== 0)
    return { path, entry: '-', judges: [], milliseconds, wrong: [`exit ${status}: ${stderr}`] };
  const found = (await readdir(folder)).filter((name) => name !== basename(artifact)).toSorted();
  const wanted = path.writes.map((suffix) => `${basename(artifact)}${suffix}`).toSorted();
  const entries = await Promise.all(evidenceOf(path).map((suffix) => entryOf(`${artifact}${suffix}`)));
  const judgements = await Promise.all(judgesOf(path, scene, artifact));
  const wrong = [
    ...(found.join() === wanted.join() ? [] : [`it wrote ${found.join(', ')}`]),
    ...entries.filter((entry) => entry !== path.entry).map((entry) => `it was logged as ${entry}`),
    ...judgements.flatMap(({ name, refusal }) => (refusal === undefined ? [] : [`${name}: ${refusal}`])),
  ];
  const judges = judgements.map(({ name }) => name);
  return { path, entry: [...new Set(entries)].join(), judges, milliseconds, wrong };
}

function evidenceOf({ writes }: SigningPath): string[] {
  return writes.filter((suffix) => suffix.endsWith('.json') || suffix.endsWith('.attestation'));
}

async function entryOf(evidence: string): Promise<string> {
  interface Entry {
    readonly kindVersion: { readonly kind: string; readonly version: string };
  }
  const { verificationMaterial, verification_material } = JSON.parse(await readFile(evidence, 'utf8')) as {
    verificationMaterial?: { tlogEntries: Entry[] };
    verification_material?: { transparency_entries: Entry[] };
  };
  const entries = verificationMaterial?.tlogEntries ?? verification_material?.transparency_entries ?? [];
  return entries.map(({ kindVersion: { kind, version } }) => `${kind}/${version}`).join();
}

interface Judgement {
  readonly name: string;
  readonly refusal?: string;
}

function judgesOf(path: SigningPath, scene: PathScene, artifact: string): Promise<Judgement>[] {
  const identity = identityOf(path.source.issuer);
  const byPeer = (peer: Peer, form: Form, suffix: string): Promise<Judgement> => {
    const verify = peer.verify[form];
    if (typeof verify !== 'function') throw new TypeError(`${peer.name} does not verify ${form}`);
    return judged(peer.name, verify({ form, artifact, evidence: `${artifact}${suffix}`, identity }));
  };
  const content = path.command[0] === 'sign' ? 'message' : 'dsse';
  const form: Form = path.entry === 'hashedrekord/0.0.2' ? `${content}-v2` : `${content}-v1`;
  const peers = evidenceOf(path).flatMap((suffix) =>
    suffix.endsWith('.attestation')
      ? [byPeer(scene.attestationJudge, 'pep740', suffix)]
      : scene.bundleJudges.map((judge) => byPeer(judge, form, suffix)),
  );
  const detached = path.writes.includes('.sig') ? [judged('node:crypto', verifyDetached(artifact))] : [];
  return [judged('colophon', verifyBeside([artifact], scene.stack, path)), ...peers, ...detached];
}

async function judged(name: string, judgement: Promise<unknown>): Promise<Judgement> {
  try {
    await judgement;
    return { name };
  } catch (error) {
    return { name, refusal: error instanceof Error ? error.message : String(error) };
  }
}

/** Lets the product verify files by what lies beside them. Throws its words when it does not say 0. */
export async function verifyBeside(
  artifacts: readonly string[],
  { files }: Stack,
  { source }: Pick<SigningPath, 'source'>,
): Promise<void> {
  const { san, issuer } = identityOf(source.issuer);
  const flags = ['--trusted-root', files.trustedRoot, '--cert-identity', san, '--cert-oidc-issuer', issuer];
  const { status, stderr } = await runColophon(['verify', ...artifacts, ...flags]);
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
}

async function verifyDetached(artifact: string): Promise<void> {
  const [bytes, signature, certificate] = await Promise.all([
    readFile(artifact),
    readFile(`${artifact}.sig`, 'utf8'),
    readFile(`${artifact}.crt`, 'utf8'),
  ]);
  if (!createVerify('sha256').update(bytes).verify(certificate, signature, 'base64'))
    throw new Error('the detached signature is wrong');
}
