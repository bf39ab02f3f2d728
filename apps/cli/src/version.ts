// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

/** This program's version, as its package.json has it. The name is the same from wherever the bundle puts this. */
export const VERSION: string = String(createRequire(import.meta.url)('#manifest').version);
