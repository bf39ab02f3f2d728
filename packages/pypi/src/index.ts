// SPDX-License-Identifier: Apache-2.0
export { assertAudience } from './audience-guard.ts';
export { processAudience, requestAudience, type IndexAccess } from './audience.ts';
export { downloadFile, type DownloadOptions } from './download.ts';
export { IndexError, type IndexErrorCode } from './index-error.ts';
export { mintUploadToken, processMint, type MintOptions, type UploadToken } from './mint.ts';
export { resolveIndex, resolveSimpleUrl, type PackageIndex } from './package-index.ts';
export { fetchProject, fileOnIndex, processProject, releaseFiles, type ProjectOptions } from './project.ts';
export {
  fetchProvenance,
  processProvenance,
  type ProvenanceOptions,
  type ServedProvenance,
} from './provenance.ts';
export { type ConfigSections, parseConfigFile } from './config-file.ts';
export { parsePypirc, type Pypirc, type PypircIndex } from './pypirc.ts';
export {
  mintRefusal,
  uploadRefusal,
  type MintRefusal,
  type RefusalReason,
  type UploadRefusal,
} from './refusal-reason.ts';
export { readProjectPage, type Project, type ProjectFile } from './simple-json.ts';
export { processUpload } from './upload-answer.ts';
export { encodeUploadForm, type EncodedForm, type UploadForm } from './upload-form.ts';
export { uploadFile, type UploadOptions } from './upload.ts';
