// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import { RekorV1Client, RekorV2Client, type TransparencyLog } from '@colophon/rekor';
import {
  type SelectedServices,
  selectServices,
  type SigningConfig,
  TrustError,
  type TrustedRoot,
} from '@colophon/trust';
import { SignatureWitness, type SignatureWitnessOptions } from './signature-witness.ts';
import { TimestampAuthorityClient } from './timestamp-authority-client.ts';

export interface SigningPurpose {
  readonly now: Date;
  /**
   * What the signature goes into. A `pep740` attestation holds one log entry and no timestamp, so the log must sign the
   * time: Rekor v1. A `bundle` holds all. `both` is one signature in both forms.
   */
  readonly output: 'pep740' | 'bundle' | 'both';
  /** Only logs of this version; by default the highest that the configuration has and the output can hold. */
  readonly rekorVersion?: 1 | 2;
}

/**
 * Chooses the services to sign with. Timestamps are asked for where the configuration names authorities and the output
 * can hold them; beside Rekor v2 they must be.
 * @throws TrustError ERR_SIGNING_CONFIG when the configuration does not offer what the output needs
 */
export function selectSigningServices(config: SigningConfig, purpose: SigningPurpose): SelectedServices {
  const { now, output, rekorVersion } = purpose;
  const able = output === 'bundle' ? [1, 2] : [1];
  const rekorApiVersions = able.filter((version) => version === (rekorVersion ?? version));
  const services = selectServices(config, { now, rekorApiVersions, timestamps: false });
  if (output === 'pep740') return withOneLog(services);
  const untimed = services.logs.some(({ majorApiVersion }) => majorApiVersion === 2);
  const timestamps = untimed || config.timestampAuthorities.length > 0;
  const all = selectServices(config, { now, rekorApiVersions, timestamps });
  return output === 'both' ? withOneLog(all) : all;
}

function withOneLog(services: SelectedServices): SelectedServices {
  if (services.logs.length === 1) return services;
  throw new TrustError(
    'ERR_SIGNING_CONFIG',
    `the signing configuration demands ${services.logs.length} logs, and a PEP 740 attestation holds one entry`,
  );
}

/** How services are reached. */
export interface Reach {
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
  /** See `SignatureWitnessOptions`. */
  readonly keep?: SignatureWitnessOptions['keep'];
}

/** A witness that asks the services that were chosen, and takes the timestamps of those that the root trusts. */
export function openWitness(
  { logs, timestampAuthorities }: SelectedServices,
  trustedRoot: TrustedRoot,
  reach: Reach,
): SignatureWitness {
  const { keep, ...request } = reach;
  return new SignatureWitness({
    trustedRoot,
    logs: logs.map((service) => openLog(service, request)),
    timestampAuthorities: timestampAuthorities.map(
      ({ url }) => new TimestampAuthorityClient({ url, ...request }),
    ),
    ...(keep === undefined ? {} : { keep }),
  });
}

function openLog({ url, majorApiVersion }: SelectedServices['logs'][number], reach: Reach): TransparencyLog {
  return majorApiVersion === 2 ? new RekorV2Client({ url, ...reach }) : new RekorV1Client({ url, ...reach });
}
