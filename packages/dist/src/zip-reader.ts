// SPDX-License-Identifier: Apache-2.0
import { RandomAccessReader } from 'yauzl';
import type { Readable } from 'node:stream';
import type { RegularFile } from './regular-file.ts';

type ReadRange = [buffer: Buffer, offset: number, length: number, position: number];
type ReadArguments = [...range: ReadRange, done: ReadCallback];
type ReadCallback = (error: Error | null, bytesRead?: number) => void;

/**
 * Positional reads for yauzl. Its own reader hands positions from the archive to `fs.read`, which throws a RangeError
 * into nowhere for an offset of 2^60; and what yauzl throws inside a callback would end the process. Both reject `failed`.
 */
export class FileReader extends RandomAccessReader {
  readonly failed: Promise<never>;
  readonly #file: RegularFile;
  #fail!: (cause: unknown) => void;

  constructor(file: RegularFile) {
    super();
    this.#file = file;
    this.failed = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
    });
    // Raced by the caller; when nobody waits any more it must not count as unhandled.
    this.failed.catch(() => undefined);
  }

  override read(...[buffer, offset, length, position, done]: ReadArguments): void {
    void this.#answer(this.#read([buffer, offset, length, position]), done);
  }

  override _readStreamForRange(): Readable {
    throw new TypeError('members are read by position');
  }

  async #answer(read: Promise<number>, done: ReadCallback): Promise<void> {
    let answer: [error: Error | null, bytesRead?: number];
    try {
      answer = [null, await read];
    } catch (cause) {
      answer = [cause as Error];
    }
    try {
      done(...answer);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  async #read([buffer, offset, length, position]: ReadRange): Promise<number> {
    if (!(position >= 0 && position + length <= this.#file.size)) return 0;
    return (await this.#file.handle.read(buffer, offset, length, position)).bytesRead;
  }
}
