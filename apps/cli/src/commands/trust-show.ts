// SPDX-License-Identifier: Apache-2.0
import { encodeHex, sha256, type JsonObject } from '@colophon/base';
import type { TrustedAuthority, TrustedLog, TrustedRoot } from '@colophon/trust';
import type { Context, Outcome } from '../command.ts';
import { EXIT } from '../exit-status.ts';
import { loadTrust } from '../trust/instance.ts';
import type { Arguments } from '../options/arguments.ts';
import { trustJson } from '../trust/trust-origin.ts';

type Window = TrustedLog['validFor'];

/** `trust show`: the trust that a verification with the same options would start from. */
export async function runTrustShow(_args: Arguments, context: Context): Promise<Outcome> {
  const { talk } = context;
  const trust = await loadTrust(context);
  talk.result(`trusted root: ${trust.source}`);
  const { validUntil } = trust.origin;
  if (validUntil !== undefined) talk.result(`metadata valid until: ${validUntil.toISOString()}`);
  for (const root of trust.roots) for (const line of linesOf(root)) talk.result(line);
  return {
    status: EXIT.ok,
    report: {
      schema: 'colophon.trust/1',
      status: EXIT.ok,
      trust: trustJson(trust),
      roots: trust.roots.map(rootJson),
    },
  };
}

function linesOf(root: TrustedRoot): string[] {
  return [
    ...root.certificateAuthorities.map((one) => `certificate authority: ${authorityText(one)}`),
    ...root.ctLogs.map((one) => `certificate log: ${logText(one)}`),
    ...root.transparencyLogs.map((one) => `transparency log: ${logText(one)}`),
    ...root.timestampAuthorities.map((one) => `timestamp authority: ${authorityText(one)}`),
  ];
}

function authorityText(authority: TrustedAuthority): string {
  return `${nameOf(authority)}  ${authority.uri ?? 'no address'}  ${windowText(authority.validFor)}`;
}

function logText({ baseUrl, keyDetails, logId, validFor }: TrustedLog): string {
  return `${baseUrl}  ${keyDetails} ${encodeHex(logId).slice(0, 16)}…  ${windowText(validFor)}`;
}

function nameOf({ subject, operator }: TrustedAuthority): string {
  const name = [subject?.organization, subject?.commonName].filter((part) => part !== undefined).join(' ');
  return name || (operator ?? 'unnamed');
}

function windowText({ start, end }: Window): string {
  return `${start.toISOString()} to ${end?.toISOString() ?? 'now'}`;
}

function windowJson({ start, end }: Window): JsonObject {
  return { start: start.toISOString(), end: end?.toISOString() ?? null };
}

function rootJson(root: TrustedRoot): JsonObject {
  return {
    certificateAuthorities: root.certificateAuthorities.map(authorityJson),
    ctLogs: root.ctLogs.map(logJson),
    transparencyLogs: root.transparencyLogs.map(logJson),
    timestampAuthorities: root.timestampAuthorities.map(authorityJson),
  };
}

function authorityJson(authority: TrustedAuthority): JsonObject {
  return {
    name: nameOf(authority),
    uri: authority.uri ?? null,
    certificates: authority.chain.map((der) => encodeHex(sha256(der))),
    validFor: windowJson(authority.validFor),
  };
}

function logJson({ baseUrl, keyDetails, logId, publicKey, validFor }: TrustedLog): JsonObject {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return {
    url: baseUrl,
    keyDetails,
    logId: encodeHex(logId),
    keySha256: encodeHex(sha256(spki)),
    validFor: windowJson(validFor),
  };
}
