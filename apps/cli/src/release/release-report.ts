// SPDX-License-Identifier: Apache-2.0
import type { Attestation } from '@colophon/attestation';
import type { JsonObject } from '@colophon/base';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { failureJson } from '../render/failure.ts';
import type { ReleaseFile } from './release-file.ts';

/** How far a file has come on its way to the index. */
export type Stage = 'checked' | 'attested' | 'uploaded' | 'verified';

/** What a release did for one file: the last stage that is certain, and why it went no further. */
export class FileProgress {
  readonly file: ReleaseFile;
  stage: Stage = 'checked';
  /** The index had the file, byte for byte, before this run. */
  wasThere = false;
  /** Evidence that was there before was used again. */
  reused = false;
  logIndex: string | undefined;
  /** What is sent along, or what the index serves. */
  attestation: Attestation | undefined;
  /** Further attestations of other types that are sent along. */
  along: readonly Attestation[] = [];
  #error: { readonly error: unknown } | undefined;

  constructor(file: ReleaseFile) {
    this.file = file;
  }

  fail(error: unknown): void {
    this.#error ??= { error };
  }

  get failed(): boolean {
    return this.#error !== undefined;
  }

  get error(): unknown {
    return this.#error?.error;
  }

  /** The file's own exit status; a file that waited for others that failed is not done either. */
  status(goal: Stage): ExitStatus | undefined {
    if (this.#error !== undefined) return failureJson(this.#error.error).status;
    return this.stage === goal ? EXIT.ok : undefined;
  }

  /** `retry`: whether a file that was never reached may be, with nothing changed. */
  toJson(goal: Stage, retry = false): JsonObject {
    const { file, stage, wasThere, reused, logIndex } = this;
    const failure = this.#error === undefined ? undefined : failureJson(this.#error.error);
    const done = failure === undefined && stage === goal;
    return {
      file: file.shown,
      project: file.dist.name,
      version: file.dist.version,
      status: failure?.status ?? (done ? EXIT.ok : EXIT.partial),
      outcome: failure !== undefined ? 'failed' : done ? 'done' : 'not-reached',
      stage,
      sha256: file.digests.sha256,
      wasThere,
      reusedEvidence: reused,
      ...(logIndex === undefined ? {} : { logIndex }),
      retry: !done && retry,
      ...failure,
    };
  }
}
