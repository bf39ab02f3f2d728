// SPDX-License-Identifier: Apache-2.0
export type { AmbientPlace, AmbientProvider, AmbientRequest, Environment } from './ambient-provider.ts';
export {
  type AmbientToken,
  type AmbientTokenOptions,
  detectAmbientProvider,
  detectAmbientToken,
} from './ambient-token.ts';
export type { CommandLimits, CommandResult, RunCommand } from './command-token.ts';
export { type ExpectedIdentity, expectedIdentity } from './expected-identity.ts';
export { type IdToken, parseIdToken, type TokenClaims, type TokenExpectation } from './id-token.ts';
export { type BrowserLoginOptions, loginByBrowser } from './login/browser-login.ts';
export { type CodeLoginOptions, loginByCode } from './login/code-login.ts';
export {
  type DeviceInstructions,
  type DeviceLoginOptions,
  loginByDevice,
} from './login/device-login.ts';
export type { LoginOptions } from './login/issuer-session.ts';
export { OidcError, type OidcErrorCode } from './oidc-error.ts';
export { PUBLIC_CLAIMS, type PublicClaimName, type PublicClaims } from './public-claims.ts';
export {
  type ClaimsRequest,
  processVerifiedClaims,
  requestVerifiedClaims,
  type VerifiedClaims,
} from './verified-claims.ts';
