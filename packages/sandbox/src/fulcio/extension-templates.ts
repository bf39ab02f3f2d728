// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, JsonValue } from '@colophon/base';
import { GatewayError } from '../gateway/gateway-error.ts';
import type { Principal } from './principal.ts';
import { PROVIDER_TEMPLATES, type Template } from './provider-templates.ts';

type Claims = ReadonlyMap<string, string>;

const SAN_FIELD = 'SubjectAlternativeName';

/** What a certificate says of its principal: the alternative name and the values of Fulcio's extensions by arc. */
export interface CertifiedIdentity {
  readonly alternativeName: { readonly type: 'url' | 'email'; readonly value: string };
  readonly extensions: readonly (readonly [arc: number, value: string])[];
}

/** Fills Fulcio's production templates from the token's claims. @throws GatewayError where a claim is missing */
export function certifiedIdentity(principal: Principal): CertifiedIdentity {
  const { type, issuer, subject, email } = principal;
  if (type === 'email')
    return {
      alternativeName: { type: 'email', value: ia5(email ?? '') },
      extensions: inOrder([1, issuer], [8, issuer], [24, subject]),
    };
  const { san, defaults, extensions } = PROVIDER_TEMPLATES[type];
  const claims = claimTexts({ ...defaults, ...principal.claims });
  const value = escapedUrl(fill({ arc: 0, field: SAN_FIELD, text: san }, claims, issuer));
  const values = extensions.map((row) => [row.arc, fill(row, claims, issuer)] as const);
  return {
    alternativeName: { type: 'url', value },
    extensions: inOrder([1, issuer], ...values, [8, issuer], [24, subject]),
  };
}

function ia5(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  throw new GatewayError(
    'InvalidArgument',
    `x509: ${JSON.stringify(text)} cannot be encoded as an IA5String`,
  );
}

// An extension with an empty value is left out: a job without an environment has no .23.
function inOrder(...values: readonly (readonly [number, string])[]): (readonly [number, string])[] {
  return values.filter(([, value]) => value !== '').toSorted(([a], [b]) => a - b);
}

function claimTexts(claims: JsonObject): Claims {
  return new Map(Object.entries(claims).map(([name, value]) => [name, claimText(value)]));
}

// Fulcio prints claims with Go's %v.
function claimText(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (typeof value === 'object') {
    const names = Object.keys(value).toSorted();
    return `map[${names.map((name) => `${name}:${claimText(value[name] ?? null)}`).join(' ')}]`;
  }
  return typeof value === 'number' ? numberText(value) : String(value);
}

function numberText(value: number): string {
  if (Math.abs(value) < 1e21 && (!Number.isInteger(value) || Math.abs(value) < 1e6)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

// What the templates use of Go's text/template: a choice between two texts, a claim, and a claim by its index.
const ACTION =
  /\{\{if eq (?:\.(?<tested>\w+)|\(index \. "(?<testedAt>[^"]+)"\)) "(?<wanted>\w+)"\}\}(?<then>[^{]*)\{\{ else \}\}(?<otherwise>[^{]*)\{\{end\}\}|\{\{ ?\.(?<claim>\w+) ?\}\}|\{\{index \. "(?<at>[^"]+)"\}\}/g;

function fill(template: Template, claims: Claims, issuer: string): string {
  const { text, field } = template;
  if (!text.includes('{{')) {
    const value = claims.get(text);
    if (value === undefined) throw missingClaim(text, field, issuer);
    return value;
  }
  let filled = '';
  let end = 0;
  for (const match of text.matchAll(ACTION)) {
    filled += text.slice(end, match.index) + actionText(match, claims);
    end = match.index + match[0].length;
  }
  return filled + text.slice(end);
}

function actionText(match: RegExpExecArray, claims: Claims): string {
  const { tested, testedAt, wanted, then = '', otherwise = '', claim, at } = match.groups ?? {};
  const value = claimOf(match, { named: tested ?? claim, indexed: testedAt ?? at ?? '' }, claims);
  if (wanted === undefined) return value;
  return value === wanted ? then : otherwise;
}

interface Reference {
  readonly named: string | undefined;
  readonly indexed: string;
}

// An index into a map gives the empty text for a key that is not there; a field is an error.
function claimOf(match: RegExpExecArray, { named, indexed }: Reference, claims: Claims): string {
  if (named === undefined) return claims.get(indexed) ?? '';
  const value = claims.get(named);
  if (value === undefined) throw missingEntry(named, match.index + match[0].indexOf(`.${named}`));
  return value;
}

// As Go's net/url writes a URL that it has read.
function escapedUrl(text: string): string {
  const wrong = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(text)?.[0];
  if (wrong)
    throw new GatewayError('InvalidArgument', `parse ${JSON.stringify(text)}: invalid URL escape "${wrong}"`);
  return text.replaceAll(/[^!-~]|["<>\\^`{|}]/gu, encodeURIComponent);
}

function missingClaim(claim: string, field: string, issuer: string): GatewayError {
  const where = JSON.stringify({ ExtensionName: field, Issuer: issuer }, undefined, '\t');
  return new GatewayError(
    'InvalidArgument',
    `value <${claim}> not present in either claims or defaults. ${where}`,
  );
}

// The words of Go's text/template, position included.
function missingEntry(claim: string, at: number): GatewayError {
  const where = `template: :1:${at}: executing "" at <.${claim}>`;
  return new GatewayError('InvalidArgument', `${where}: map has no entry for key ${JSON.stringify(claim)}`);
}
