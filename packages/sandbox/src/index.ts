// SPDX-License-Identifier: Apache-2.0
export { type Clock, SandboxClock } from './clock.ts';
export { Faults, type Fault, type FaultRule, type ServiceName } from './faults.ts';
export { SandboxError, type SandboxErrorCode } from './sandbox-error.ts';
