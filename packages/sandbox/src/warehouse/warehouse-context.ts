// SPDX-License-Identifier: Apache-2.0
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';
import type { BundleVerifier } from './bundle-verifier.ts';
import type { Catalog } from './catalog.ts';
import type { Credentials } from './credentials.ts';
import type { RstJudge } from './description-rule.ts';
import type { TakesClassifier } from './metadata/index-rules.ts';
import type { PublisherRegistry } from './publisher-registry.ts';
import type { Barred } from './upload-authority.ts';

/** What an administrator of the index can switch; to be changed at any time. */
export interface WarehouseFlags {
  /** 403 for every upload. */
  readOnly: boolean;
  /** The same in other words. */
  disallowNewUploads: boolean;
  /** No trusted publishing: 403 for the audience, `not-enabled` for every token. */
  disallowTrustedPublishing: boolean;
  /** Attestations are dropped on upload and withheld on reading. */
  disableAttestations: boolean;
}

/** What the parts of the index share. */
export interface WarehouseContext {
  readonly audience: string;
  readonly clock: Clock;
  readonly flags: WarehouseFlags;
  readonly catalog: Catalog;
  readonly credentials: Credentials;
  readonly publishers: PublisherRegistry;
  /** The numbers (`jti`) of identity tokens that were exchanged. */
  readonly usedTokens: Set<string>;
  readonly barred: Barred;
  readonly maxFileBytes: number;
  readonly maxProjectBytes: number;
  /** Who renders reStructuredText; without one every such description is taken. */
  readonly renderRst: RstJudge | undefined;
  readonly takesClassifier: TakesClassifier | undefined;
  readonly bundleVerifier: () => Promise<BundleVerifier>;
  readonly tokenKeys: (issuer: string) => JWTVerifyGetKey | undefined;
  /** The folder that files go to. */
  readonly storage: () => Promise<string>;
}
