// SPDX-License-Identifier: Apache-2.0
import type { CommandSpec } from './command.ts';
import { DOCTOR } from './specs/doctor.ts';
import { COMPLETION } from './specs/completion.ts';
import { CONVERT, INSPECT } from './specs/evidence.ts';
import { CHECK, PUBLISH, RELEASE } from './specs/publishing.ts';
import { SANDBOX } from './specs/sandbox.ts';
import { ATTEST, SIGN } from './specs/signing.ts';
import { GET_IDENTITY_TOKEN, TOKEN } from './specs/token.ts';
import { TRUST, TRUST_INSTANCE } from './specs/trust.ts';
import { VERIFY } from './specs/verifying.ts';

/** The whole command line, in the order of `--help`; each entry's code is loaded only when it is chosen. */
export const COMMANDS: readonly CommandSpec[] = [
  RELEASE,
  SIGN,
  ATTEST,
  PUBLISH,
  VERIFY,
  CHECK,
  DOCTOR,
  INSPECT,
  CONVERT,
  TOKEN,
  GET_IDENTITY_TOKEN,
  TRUST,
  TRUST_INSTANCE,
  SANDBOX,
  COMPLETION,
];
