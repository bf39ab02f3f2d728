// SPDX-License-Identifier: Apache-2.0
import { AppError } from './app-error.ts';

export type EncodingErrorCode = 'ERR_BASE64' | 'ERR_HEX' | 'ERR_UTF8' | 'ERR_JSON' | 'ERR_JSON_SHAPE';

/** Bytes or text that are not what their format demands. */
export class EncodingError extends AppError<EncodingErrorCode> {}
