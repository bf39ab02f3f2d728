// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface GoVerification {
  readonly peer: 'sigstore-go' | 'cosign';
  readonly workers: number;
  readonly trustedRoot: string;
  readonly identity: string;
  readonly issuer: string;
  readonly jobs: readonly { readonly evidence: string; readonly artifact: string }[];
}

/** The warm process of e2e/interop/go/bench-verify. One question at a time. */
export class GoVerifier {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(program: string) {
    this.#child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    this.#answers = lines[Symbol.asyncIterator]();
  }

  /** Resolves once all bundles have been verified. Throws the words of a refusal. */
  async verify(verification: GoVerification): Promise<void> {
    this.#child.stdin?.write(`${JSON.stringify(verification)}\n`);
    const { done = false, value } = await this.#answers.next();
    if (done) throw new Error('the Go process of the bench ended');
    const { error } = JSON.parse(value) as { error?: string };
    if (error !== undefined) throw new Error(error);
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
