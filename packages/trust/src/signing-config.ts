// SPDX-License-Identifier: Apache-2.0
import {
  parseJson,
  readList,
  readObject,
  readOptional,
  readString,
  shapeMismatch,
  type JsonValue,
} from '@colophon/base';
import type { ValidityPeriod } from '@colophon/pki';
import { field } from './field.ts';
import { reading } from './trust-error.ts';
import { readValidity } from './validity.ts';

export const SIGNING_CONFIG_MEDIA_TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

/** A service to sign with. Its URL is a base, but for timestamp authorities, whose URL is complete. */
export interface Service {
  readonly url: string;
  /** 0 is an interface that was never released. */
  readonly majorApiVersion: number;
  readonly validFor: ValidityPeriod;
  /** Who runs it; '' where the document does not say. */
  readonly operator: string;
}

/** How many of the services to use: every operator's, any one, or exactly `count`. */
export type ServiceSelector =
  | { readonly selector: 'ALL' | 'ANY' }
  | { readonly selector: 'EXACT'; readonly count: number };

/** Where to sign (trustroot.proto, SigningConfig v0.2). */
export interface SigningConfig {
  readonly certificateAuthorities: readonly Service[];
  readonly oidcProviders: readonly Service[];
  readonly transparencyLogs: readonly Service[];
  readonly transparencyLogSelector?: ServiceSelector;
  readonly timestampAuthorities: readonly Service[];
  readonly timestampAuthoritySelector?: ServiceSelector;
}

/**
 * Reads a signing configuration v0.2 strictly; v0.1 is refused, for it says neither versions nor times.
 * @throws TrustError ERR_SIGNING_CONFIG
 */
export function parseSigningConfig(source: string | Uint8Array): SigningConfig {
  return reading('ERR_SIGNING_CONFIG', 'signing configuration', () =>
    readSigningConfig(parseJson(source), '$'),
  );
}

export function readSigningConfig(value: JsonValue | undefined, at: string): SigningConfig {
  const config = readObject(value, at, {
    required: ['mediaType'],
    optional: ['caUrls', 'oidcUrls', 'rekorTlogUrls', 'rekorTlogConfig', 'tsaUrls', 'tsaConfig'],
  });
  if (config.mediaType !== SIGNING_CONFIG_MEDIA_TYPE)
    throw shapeMismatch(`${at}.mediaType`, SIGNING_CONFIG_MEDIA_TYPE);
  const services = (key: string) => readOptional(config[key], `${at}.${key}`, readServices) ?? [];
  const selector = (key: string) => readOptional(config[key], `${at}.${key}`, readSelector);
  return {
    certificateAuthorities: services('caUrls'),
    oidcProviders: services('oidcUrls'),
    transparencyLogs: services('rekorTlogUrls'),
    ...field('transparencyLogSelector', selector('rekorTlogConfig')),
    timestampAuthorities: services('tsaUrls'),
    ...field('timestampAuthoritySelector', selector('tsaConfig')),
  };
}

function readServices(value: JsonValue, at: string): Service[] {
  return readList(value, at, readService);
}

function readService(value: JsonValue, at: string): Service {
  const service = readObject(value, at, {
    required: ['url', 'validFor'],
    optional: ['majorApiVersion', 'operator'],
  });
  return {
    url: readServiceUrl(service.url, `${at}.url`),
    majorApiVersion: readOptional(service.majorApiVersion, `${at}.majorApiVersion`, readUint32) ?? 0,
    validFor: readValidity(service.validFor, `${at}.validFor`),
    operator: readOptional(service.operator, `${at}.operator`, readString) ?? '',
  };
}

// Plain http is for services on loopback; whether to speak to one is the caller's decision.
function readServiceUrl(value: JsonValue | undefined, at: string): string {
  const text = readString(value, at);
  const url = URL.parse(text);
  const bare =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!bare || !['https:', 'http:'].includes(url.protocol)) throw shapeMismatch(at, 'an http or https URL');
  return text;
}

function readUint32(value: JsonValue, at: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= 2 ** 32)
    throw shapeMismatch(at, 'an unsigned 32-bit integer');
  return value;
}

function readSelector(value: JsonValue, at: string): ServiceSelector {
  const config = readObject(value, at, { required: ['selector'], optional: ['count'] });
  const count = readOptional(config.count, `${at}.count`, readUint32) ?? 0;
  const { selector } = config;
  if (selector === 'EXACT' && count > 0) return { selector, count };
  // The count is of EXACT alone; with another selector it says nothing.
  if (selector === 'ALL' || selector === 'ANY') return { selector };
  throw shapeMismatch(at, 'the selector ALL, ANY, or EXACT with a count');
}
