// SPDX-License-Identifier: Apache-2.0
import { isWithin } from '@colophon/pki';
import type { Service, ServiceSelector, SigningConfig } from './signing-config.ts';
import { TrustError } from './trust-error.ts';

/** The interface of Fulcio, of timestamp authorities and of OIDC providers that there is; Rekor has two. */
const ONLY_VERSION: readonly number[] = [1];

export interface SelectionOptions {
  readonly now: Date;
  /** The versions of Rekor's interface that the signature may be logged by; for PyPI, [1]. */
  readonly rekorApiVersions: readonly number[];
  /** Whether timestamp authorities are wanted. */
  readonly timestamps: boolean;
}

export interface SelectedServices {
  readonly fulcioUrl: string;
  readonly oidcUrl?: string;
  readonly logs: readonly Service[];
  /** Empty unless timestamps were asked for. */
  readonly timestampAuthorities: readonly Service[];
}

/**
 * Chooses the services to sign with by the rules of trustroot.proto: only those valid now and of a version that is
 * spoken; of these the highest version, and no other beside it; the newest first, at most one of each operator; and
 * as many as the configuration's selector demands. There is one certificate authority, and at most one OIDC provider.
 * @throws TrustError ERR_SIGNING_CONFIG when too few are left, or the configuration does not say how many to use
 */
export function selectServices(config: SigningConfig, options: SelectionOptions): SelectedServices {
  const { now, rekorApiVersions, timestamps } = options;
  const [oidc] = candidates(config.oidcProviders, ONLY_VERSION, now)[0] ?? [];
  return {
    fulcioUrl: one(candidates(config.certificateAuthorities, ONLY_VERSION, now), 'certificate authority').url,
    ...(oidc === undefined ? {} : { oidcUrl: oidc.url }),
    logs: several(
      candidates(config.transparencyLogs, rekorApiVersions, now),
      config.transparencyLogSelector,
      'transparency log',
    ),
    timestampAuthorities: timestamps
      ? several(
          candidates(config.timestampAuthorities, ONLY_VERSION, now),
          config.timestampAuthoritySelector,
          'timestamp authority',
        )
      : [],
  };
}

/** The usable services in groups, one version each, highest version first; in a group the newest of each operator. */
function candidates(services: readonly Service[], versions: readonly number[], now: Date): Service[][] {
  const usable = services.filter(
    ({ majorApiVersion, validFor }) =>
      majorApiVersion > 0 && versions.includes(majorApiVersion) && isWithin(validFor, now),
  );
  const groups = Map.groupBy(usable, ({ majorApiVersion }) => majorApiVersion);
  return [...groups.entries()].toSorted(([a], [b]) => b - a).map(([, group]) => newestOfEachOperator(group));
}

// The sort is stable: services of one start stay in the order of the document.
function newestOfEachOperator(services: readonly Service[]): Service[] {
  const newestFirst = services.toSorted((a, b) => b.validFor.start.getTime() - a.validFor.start.getTime());
  const operators = new Set<string>();
  return newestFirst.filter(({ operator }) => !operators.has(operator) && operators.add(operator));
}

function one(groups: readonly Service[][], kind: string): Service {
  const service = groups[0]?.[0];
  if (service === undefined) throw tooFew(kind, 1, 0);
  return service;
}

function several(
  groups: readonly Service[][],
  selector: ServiceSelector | undefined,
  kind: string,
): readonly Service[] {
  if (selector === undefined)
    throw new TrustError(
      'ERR_SIGNING_CONFIG',
      `the signing configuration does not say how many ${kind} services to use`,
    );
  const count = selector.selector === 'EXACT' ? selector.count : 1;
  const group = groups.find((services) => services.length >= count);
  if (group === undefined)
    throw tooFew(kind, count, Math.max(0, ...groups.map((services) => services.length)));
  return selector.selector === 'ALL' ? group : group.slice(0, count);
}

function tooFew(kind: string, wanted: number, found: number): TrustError {
  return new TrustError(
    'ERR_SIGNING_CONFIG',
    `the signing configuration asks for ${wanted} ${kind} of its own operator each, and has ${found} that can be used now`,
  );
}
