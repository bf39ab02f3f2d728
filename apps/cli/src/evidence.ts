// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseAttestation, parseBundle, parseProvenance, type Provenance } from '@colophon/attestation';
import { decodeUtf8 } from '@colophon/base';
import type { Evidence } from '@colophon/verify';
import { CliError } from './cli-error.ts';
import { readWhole } from './input-file.ts';

/** One evidence file: what it holds, or why it cannot be read. Broken evidence is kept, so that it can fail. */
export type EvidenceFile =
  | { readonly name: string; readonly evidence: readonly Evidence[] }
  | { readonly name: string; readonly error: unknown };

export type EvidenceKind = 'attestation' | 'bundle' | 'provenance' | 'jsonl';

/**
 * The evidence that lies beside a file, by name: `FILE.sigstore.json` or `FILE.sigstore`, `FILE.*.sigstore.json`,
 * `FILE.publish.attestation`, `FILE.slsa.attestation`, `FILE.provenance`, and `sha256:HEX.jsonl` (or `sha256-HEX.jsonl`).
 * @throws CliError ERR_EVIDENCE_CONFLICT when both spellings of the bundle are there: which one counts would be a guess
 */
export async function findEvidence(path: string, sha256Hex: string): Promise<string[]> {
  const [folder, filename] = [dirname(path), basename(path)];
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new CliError('ERR_READ_FILE', `${folder} cannot be listed`, { cause });
  });
  const beside = names.filter(
    (name) => name.startsWith(`${filename}.`) && kindOf(name.slice(filename.length)) !== undefined,
  );
  const digestNamed = names.filter(
    (name) => name === `sha256:${sha256Hex}.jsonl` || name === `sha256-${sha256Hex}.jsonl`,
  );
  if (beside.includes(`${filename}.sigstore`) && beside.includes(`${filename}.sigstore.json`))
    throw new CliError(
      'ERR_EVIDENCE_CONFLICT',
      `both ${filename}.sigstore and ${filename}.sigstore.json lie beside the file`,
    );
  return [...beside, ...digestNamed].toSorted().map((name) => join(folder, name));
}

function kindOf(suffix: string): EvidenceKind | undefined {
  if (suffix === '.sigstore' || suffix.endsWith('.sigstore.json')) return 'bundle';
  if (suffix === '.publish.attestation' || suffix === '.slsa.attestation') return 'attestation';
  return suffix === '.provenance' ? 'provenance' : undefined;
}

/** Reads an evidence file whose kind its name tells, or `kind` where the user said it. Never throws. */
export async function readEvidence(path: string, kind?: EvidenceKind): Promise<EvidenceFile> {
  const name = basename(path);
  try {
    return { name, evidence: parseEvidence(await readWhole(path), name, kind ?? kindOfName(name)) };
  } catch (error) {
    return { name, error };
  }
}

function kindOfName(name: string): EvidenceKind {
  if (name.endsWith('.attestation')) return 'attestation';
  if (name.endsWith('.provenance')) return 'provenance';
  return name.endsWith('.jsonl') ? 'jsonl' : 'bundle';
}

function parseEvidence(bytes: Uint8Array, name: string, kind: EvidenceKind): Evidence[] {
  if (kind === 'attestation') return [{ kind: 'pep740', name, attestation: parseAttestation(bytes) }];
  if (kind === 'provenance') return provenanceEvidence(parseProvenance(bytes), name);
  if (kind === 'bundle') return [{ kind: 'bundle', name, bundle: parseBundle(bytes) }];
  const lines = decodeUtf8(bytes)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line, index) => ({
    kind: 'bundle',
    name: `${name}:${index + 1}`,
    bundle: parseBundle(line),
  }));
}

/** The attestations of a provenance object; the publishers that it names are claims, and judged by nobody. */
export function provenanceEvidence(provenance: Provenance, name: string): Evidence[] {
  return provenance.bundles.flatMap((bundle, group) =>
    bundle.attestations.map((attestation, index) => ({
      kind: 'pep740' as const,
      name: `${name}#${group}.${index}`,
      attestation,
    })),
  );
}
