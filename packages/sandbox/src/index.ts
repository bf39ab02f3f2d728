// SPDX-License-Identifier: Apache-2.0
export { type Clock, SandboxClock } from './clock.ts';
export { Faults, type Fault, type FaultRule, type ServiceName } from './faults.ts';
export type { Exchange } from './http-service.ts';
export type { ClaimOverrides } from './oidc/claims.ts';
export { ISSUER_URLS, type IssuerKind } from './oidc/issuers.ts';
export type { TokenRequest } from './oidc/token-issuer.ts';
export type { Lie } from './lies/lie.ts';
export type { LoginLie } from './login/login-lie.ts';
export { codeOnPage, visitLogin, type VisitorManner } from './login/login-visitor.ts';
export {
  type Sandbox,
  type SandboxIndex,
  type SandboxLogin,
  type SandboxOptions,
  startSandbox,
} from './sandbox.ts';
export { SandboxError, type SandboxErrorCode } from './sandbox-error.ts';
export type { TrustFiles, TrustMaterial } from './trust-material.ts';
export type { WarehouseOptions } from './warehouse/warehouse.ts';
export type { PublisherSetting } from './warehouse/publisher-registry.ts';
