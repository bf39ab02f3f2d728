// SPDX-License-Identifier: Apache-2.0
export { repositoryFileName } from './cache-file.ts';
export { readCachedTrust, type CacheOptions } from './cached-trust.ts';
export { currentTrust, type CurrentOptions } from './current-trust.ts';
export { embeddedTrust, GITHUB, PUBLIC_GOOD, STAGING, type EmbeddedTrust } from './known-repositories.ts';
export { refreshTrust, type RefreshOptions } from './refresh.ts';
export type { RoleName } from './role-metadata.ts';
export { TufError, type TufErrorCode } from './tuf-error.ts';
export {
  describeRoot,
  repositoryUrl,
  TARGET_NAMES,
  type Bootstrap,
  type RootDescription,
  type TargetName,
  type TufRepository,
} from './tuf-repository.ts';
export { assertTrustAge, type TufTrust } from './tuf-trust.ts';
