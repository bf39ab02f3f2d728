// SPDX-License-Identifier: Apache-2.0
import { verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseBundle } from '@colophon/attestation';
import { sha256 } from '@colophon/base';
import type { SignatureAlgorithm } from '@colophon/pki';
import { parseTrustedRoot, type TrustedRoot } from '@colophon/trust';
import { judgeOnPool, verifyEvidence, type Artifact, type Policies } from '@colophon/verify';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { CHECK_POOL } from '../../apps/cli/src/thread-pool.ts';
import { judgeEvidence } from '../../packages/verify/src/verify-evidence.ts';
import type { Collection, Item } from './collection.ts';

type Check = [key: KeyObject, algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array];

/** A bundle as a verifier gets it. */
interface Piece {
  readonly text: string;
  readonly artifact: Artifact;
  readonly policies: Policies;
}

/** How many files are under way at once in a batch, as in the command. */
const WINDOW = 32;

/** A collection in memory, and what is done with a bundle of it: all that a verdict takes, or the signatures alone. */
export class OwnWork {
  readonly #pieces: readonly Piece[];
  readonly #roots: readonly TrustedRoot[];
  readonly #stock: Verifier;
  readonly #checks: readonly (readonly Check[])[];

  constructor({ trustedRoot, items }: Collection) {
    const document = readFileSync(trustedRoot, 'utf8');
    this.#roots = [parseTrustedRoot(document)];
    this.#stock = new Verifier(toTrustMaterial(TrustedRootMessage.fromJSON(JSON.parse(document))));
    this.#pieces = items.map(pieceOf);
    this.#checks = this.#pieces.map((piece) => this.#checksOf(piece));
  }

  get signatures(): number {
    return this.#checks[0]?.length ?? 0;
  }

  /** The signature checks alone; keys, data and signatures are at hand, the keys of the leaves too. */
  floor(index: number): void {
    for (const [key, { hash }, data, signature] of this.#checks[index] ?? [])
      if (!verify(hash, data, key, signature)) throw new Error('a signature of the floor is wrong');
  }

  /** One verdict by itself. */
  alone(index: number): void {
    const { text, artifact, policies } = this.#piece(index);
    verifyEvidence({ kind: 'bundle', name: '', bundle: parseBundle(text) }, artifact, this.#roots, policies);
  }

  /** Verdicts as the command comes to them: a few files at once, on as many cores as there are. */
  async batch(from: number, to: number): Promise<void> {
    const waiting = Array.from({ length: to - from }, (_, index) => from + index).values();
    const work = async (): Promise<void> => {
      for (const index of waiting) await this.#judge(this.#piece(index));
    };
    await Promise.all(Array.from({ length: WINDOW }, work));
  }

  /** It looks at no artifact of a statement, and at no identity unless asked: what that would cost it is left out. */
  stock(index: number): void {
    const { text } = this.#piece(index);
    this.#stock.verify(toSignedEntity(bundleFromJSON(JSON.parse(text))));
  }

  async #judge({ text, artifact, policies }: Piece): Promise<void> {
    const evidence = [{ kind: 'bundle', name: '', bundle: parseBundle(text) } as const];
    const question = { evidence, artifact, trustedRoots: this.#roots, policies };
    const { status } = await judgeOnPool(question, CHECK_POOL);
    if (status !== 'verified') throw new Error(`a bundle is ${status}`);
  }

  #checksOf({ text, artifact, policies }: Piece): Check[] {
    const checks: Check[] = [];
    const check = (...one: Check) => checks.push(one) > 0;
    const bundle = parseBundle(text);
    const trustedRoots = this.#roots;
    judgeEvidence({ kind: 'bundle', name: '', bundle }, { artifact, trustedRoots, policies, check });
    return checks;
  }

  #piece(index: number): Piece {
    const piece = this.#pieces[index];
    if (piece === undefined) throw new RangeError('no such bundle');
    return piece;
  }
}

function pieceOf({ artifact, evidence, identity, issuer }: Item): Piece {
  return {
    text: readFileSync(evidence, 'utf8'),
    artifact: { filename: basename(artifact), sha256: sha256(readFileSync(artifact)) },
    policies: { anyOf: [{ kind: 'identity', identity, issuer }] },
  };
}
