// SPDX-License-Identifier: Apache-2.0
export { parseClientTrustConfig, type ClientTrustConfig } from './client-trust-config.ts';
export {
  embeddedSigningConfig,
  embeddedTrustedRoot,
} from './embedded-trust.ts';
export { possibleOrigins } from './log-id.ts';
export { selectServices, type SelectedServices, type SelectionOptions } from './service-selection.ts';
export {
  parseSigningConfig,
  type Service,
  type ServiceSelector,
  type SigningConfig,
} from './signing-config.ts';
export { TrustError, type TrustErrorCode } from './trust-error.ts';
export type { TrustedAuthority } from './trusted-authority.ts';
export type { TrustedLog } from './trusted-log.ts';
export { parseTrustedRoot, parseTrustedRoots, type TrustedRoot } from './trusted-root.ts';
