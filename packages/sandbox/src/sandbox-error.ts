// SPDX-License-Identifier: Apache-2.0
import { AppError } from '@colophon/base';

export type SandboxErrorCode = 'ERR_SANDBOX_BODY_SIZE' | 'ERR_SANDBOX_LISTEN';

/** The sandbox could not start, or a request to it was beyond its limits. */
export class SandboxError extends AppError<SandboxErrorCode> {}
