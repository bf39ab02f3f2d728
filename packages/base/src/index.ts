// SPDX-License-Identifier: Apache-2.0
export { AppError, isAppError, type AppErrorOptions, type ErrorDetails } from './app-error.ts';
export { decodeBase64, decodeBase64Url, encodeBase64 } from './base64.ts';
export { equalBytes, sha256, sha256Hex } from './bytes.ts';
export { EncodingError, type EncodingErrorCode } from './encoding-error.ts';
export { decodeHex, encodeHex } from './hex.ts';
export { parseJson, type JsonObject, type JsonValue } from './json.ts';
export {
  readArray,
  readBase64,
  readDecimal,
  readList,
  readObject,
  readOptional,
  readString,
  readText,
  readTimestamp,
  shapeMismatch,
  type ObjectShape,
} from './json-shape.ts';
export { quote } from './quote.ts';
export { Secret } from './secret.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
