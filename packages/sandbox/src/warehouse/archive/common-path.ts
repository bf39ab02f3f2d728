// SPDX-License-Identifier: Apache-2.0

/** The longest path that all of these are in or are (Python's `os.path.commonpath`). */
export function commonPath(paths: readonly string[]): string {
  const split = paths.map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  const [first = [], ...rest] = split;
  const length = first.findIndex((part, at) => rest.some((other) => other[at] !== part));
  const common = (length < 0 ? first : first.slice(0, length)).join('/');
  return paths[0]?.startsWith('/') ? `/${common}` : common;
}
