// SPDX-License-Identifier: Apache-2.0

/** A bundle for a file, by paths, and who signed it. */
export interface Item {
  readonly artifact: string;
  readonly evidence: string;
  readonly identity: string;
  readonly issuer: string;
}

/** Bundles, and the path of the root that they are judged by. */
export interface Collection {
  readonly trustedRoot: string;
  readonly items: readonly Item[];
}

/** Milliseconds a bundle. */
export interface Cost {
  readonly wall: number;
  /** Of all threads: what a busy machine changes least. */
  readonly cpu: number;
}

export type Costs = Readonly<Record<string, Cost>>;
