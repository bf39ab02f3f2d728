// SPDX-License-Identifier: Apache-2.0

const PROJECT_NAME = /^(?:[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])$/i;

/** A project's name in its normal form (PEP 503): lower case, every run of `-`, `_` and `.` one `-`. It does not judge the name. */
export function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** Whether a text may be a project's name (core metadata, Name): ASCII letters, digits, `.`, `_`, `-`, alphanumeric ends. */
export function isProjectName(name: string): boolean {
  return PROJECT_NAME.test(name);
}
