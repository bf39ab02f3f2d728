// SPDX-License-Identifier: Apache-2.0
export { assertProposed, type DsseProposal, encodeDsseProposal } from './dsse-entry.ts';
export { type LoggedEntry, processLogEntryAnswer } from './log-entry-answer.ts';
export { RekorError, type RekorErrorCode } from './rekor-error.ts';
export { RekorV1Client, type RekorV1ClientOptions } from './rekor-v1-client.ts';
