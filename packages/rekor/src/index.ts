// SPDX-License-Identifier: Apache-2.0
export { assertDsseEntry, encodeDsseProposal, type EnvelopeProposal } from './dsse-entry.ts';
export {
  assertHashedRekordEntry,
  type DigestProposal,
  encodeHashedRekordProposal,
} from './hashedrekord-entry.ts';
export {
  assertHashedRekordV2Entry,
  canonicalHashedRekordV2,
  encodeHashedRekordV2Request,
} from './hashedrekord-v2-entry.ts';
export { findDsseEntry, findHashedRekordEntry } from './entry-lookup.ts';
export { type LoggedEntry, processLogEntryAnswer, processLogEntryList } from './log-entry-answer.ts';
export type { LogProposal, SignedDigest, TransparencyLog } from './log-proposal.ts';
export { RekorError, type RekorErrorCode } from './rekor-error.ts';
export { RekorV1Client, type RekorV1ClientOptions } from './rekor-v1-client.ts';
export {
  processTransparencyLogEntry,
  RekorV2Client,
  type RekorV2ClientOptions,
} from './rekor-v2-client.ts';
