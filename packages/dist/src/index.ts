// SPDX-License-Identifier: Apache-2.0
export { blake2b256File } from './blake2b-file.ts';
export { checkDist, type CheckOptions } from './check-dist.ts';
export { parseChecksums, type Checksum } from './checksum-file.ts';
export { conflictFindings, type UploadCandidate } from './conflict-findings.ts';
export { parseCoreMetadata, type CoreMetadata, type RawMetadata } from './core-metadata.ts';
export { readCoreMetadata } from './dist-archive.ts';
export type { RenderVerdict, RstRenderer } from './description-findings.ts';
export { DistError, type DistErrorCode } from './dist-error.ts';
export {
  isDistFilename,
  parseDistFilename,
  sameDistribution,
  type DistFilename,
  type SdistFilename,
  type WheelFilename,
} from './dist-filename.ts';
export { digestFile, sha256File, type DigestOptions, type FileDigests } from './file-digests.ts';
export { FINDING_CODES, type FindingCode } from './finding-code.ts';
export type { Finding } from './finding.ts';
export type { MetadataField } from './metadata-fields.ts';
export { normalizeName } from './project-name.ts';
export { mayBeNewerClassifier } from './rules/classifier.ts';
export { uploadFields } from './upload-fields.ts';
export { parseVersion, sameVersion } from './version.ts';
