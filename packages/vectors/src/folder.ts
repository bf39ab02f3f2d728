// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';

/** Where the real artifacts lie, beside the repository unless COLOPHON_VECTORS says otherwise; not whether they do. */
export const vectorFolder =
  process.env['COLOPHON_VECTORS'] ?? fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));
