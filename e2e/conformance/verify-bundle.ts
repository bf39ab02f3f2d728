// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseBundle, parseStatement, type SigstoreBundle, type Statement } from '@colophon/attestation';
import { decodeHex, sha256 } from '@colophon/base';
import { decodePem, importPublicKey } from '@colophon/pki';
import { type Artifact, type Policy, verifyEvidence } from '@colophon/verify';
import type { Demand, VerifyRequest } from './command-line.ts';
import { trustedRootOf } from './instance.ts';

const DIGEST = /^sha256:[0-9a-f]{64}$/i;

/** `verify-bundle`: opens no socket. Throws when the bundle is not what was demanded. */
export async function verifyBundle(request: VerifyRequest): Promise<void> {
  const trustedRoot = await trustedRootOf(request.instance);
  const bundle = parseBundle(await readFile(request.bundle));
  const statement = statementOf(bundle);
  const artifact = await readArtifact(request.fileOrDigest, statement);
  const policy = await policyOf(request.demand);
  const evidence = { kind: 'bundle', name: basename(request.bundle), bundle } as const;
  // The protocol demands no type: whatever the statement attests will do.
  const types = statement === undefined ? {} : { predicateTypes: [statement.predicateType] };
  verifyEvidence(evidence, artifact, [trustedRoot], { anyOf: [policy], ...types });
}

function statementOf({ content }: SigstoreBundle): Statement | undefined {
  return content.kind === 'dsse' ? parseStatement(content.payload, { legacy: true }) : undefined;
}

/** A path unless it is a digest and no such file exists. A digest has no name but that of the subject that it is. */
async function readArtifact(fileOrDigest: string, statement: Statement | undefined): Promise<Artifact> {
  if (!DIGEST.test(fileOrDigest) || existsSync(fileOrDigest)) {
    const bytes = new Uint8Array(await readFile(fileOrDigest));
    return { filename: basename(fileOrDigest), sha256: sha256(bytes), bytes };
  }
  const hex = fileOrDigest.slice('sha256:'.length).toLowerCase();
  const filename = statement?.subjects.find(({ digest }) => digest['sha256'] === hex)?.name;
  return { sha256: decodeHex(hex), ...(filename === undefined ? {} : { filename }) };
}

async function policyOf(demand: Demand): Promise<Policy> {
  if (demand.kind === 'identity') return demand;
  const [key = new Uint8Array()] = decodePem(await readFile(demand.path, 'utf8'), 'PUBLIC KEY');
  return { kind: 'key', publicKey: importPublicKey(key) };
}
