// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** A script beside this one that answers messages, one at a time. It ends with this process. */
export class Helper<Question extends object, Answer> {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static start<Question extends object, Answer>(
    script: string,
    argv: readonly string[] = [],
  ): Helper<Question, Answer> {
    const child = fork(resolve(import.meta.dirname, script), [...argv], {
      stdio: ['ignore', 'ignore', 2, 'ipc'],
    });
    return new Helper(child);
  }

  /** The next message that it sends. Throws when it ends instead. */
  async next<Message = Answer>(): Promise<Message> {
    const controller = new AbortController();
    const { signal } = controller;
    try {
      const ended = once(this.#child, 'exit', { signal }).then(() => {
        throw new Error('a process of the bench ended');
      });
      const [message] = (await Promise.race([once(this.#child, 'message', { signal }), ended])) as [Message];
      return message;
    } finally {
      controller.abort();
    }
  }

  async ask(question: Question): Promise<Answer> {
    const answer = this.next();
    this.#child.send(question);
    return answer;
  }

  close(): void {
    this.#child.disconnect();
  }
}
