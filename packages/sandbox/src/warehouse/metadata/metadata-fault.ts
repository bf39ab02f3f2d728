// SPDX-License-Identifier: Apache-2.0

/** What is wrong with a field: the header's name in lower case, by which faults are ranked, and Warehouse's words. */
export type Fault = readonly [header: string, words: string];

/** The values of the form's metadata fields, by the form's names; those that say nothing are left out. */
export type FormValues = ReadonlyMap<string, readonly string[]>;
