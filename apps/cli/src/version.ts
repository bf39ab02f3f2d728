// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

/** This program's version, as its package.json has it. */
export const VERSION: string = String(createRequire(import.meta.url)('../package.json').version);
