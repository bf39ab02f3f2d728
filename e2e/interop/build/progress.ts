// SPDX-License-Identifier: Apache-2.0

/** One line for a person, on standard error: standard output carries only the table and the result. */
export function say(text: string): void {
  process.stderr.write(`interop: ${text}\n`);
}

/** Says what begins, and how long it took once it is done. */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  say(`${what} …`);
  const result = await work();
  say(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
