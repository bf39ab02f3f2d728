// SPDX-License-Identifier: Apache-2.0
import { der, oid, TAG } from '../der.ts';
import { base64, digest } from '../material.ts';
import { type ComparedRequest, requestsOf } from '../request.ts';

const PATH = '/api/v1/timestamp';
const CHAIN = `${PATH}/certchain`;
const inDer = requestsOf('tsa', 'application/timestamp-query');
const inJson = requestsOf('tsa', 'application/json');

const NIST_HASH = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
const HASH = {
  sha256: [...NIST_HASH, 0x01],
  sha384: [...NIST_HASH, 0x02],
  sha512: [...NIST_HASH, 0x03],
  sha224: [...NIST_HASH, 0x04],
  sha3: [...NIST_HASH, 0x08],
  sha1: [0x2b, 0x0e, 0x03, 0x02, 0x1a],
  md5: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05],
} as const;

/** 1.3.6.1.4.1.57264.2 */
const POLICY = oid(0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xbf, 0x30, 0x02);
const OTHER_POLICY = oid(0x2a, 0x03, 0x04);
const NULL = Buffer.of(5, 0);
const WITH_CERTIFICATE = der(TAG.boolean, Buffer.of(0xff));

function integer(...content: readonly number[]): Buffer {
  return der(TAG.integer, Buffer.from(content));
}

function imprint(hash: keyof typeof HASH, length: number, parameters = NULL): Buffer {
  const algorithm = der(TAG.sequence, oid(...HASH[hash]), parameters);
  return der(TAG.sequence, algorithm, der(TAG.octetString, Buffer.alloc(length, 7)));
}

function query(...parts: readonly Buffer[]): Buffer {
  return der(TAG.sequence, integer(1), ...parts);
}

const good = query(imprint('sha256', 32), integer(1, 2, 3), WITH_CERTIFICATE);
const bare = query(imprint('sha256', 32));

function asking(name: string, body: Buffer | string, headers = {}): ComparedRequest {
  return inDer(name, PATH, { body, headers });
}

/** A query for SHA-256 with more after the imprint. */
function withMore(name: string, ...more: readonly Buffer[]): ComparedRequest {
  return asking(name, query(imprint('sha256', 32), ...more));
}

function extension(...critical: readonly Buffer[]): Buffer {
  const content = der(TAG.sequence, oid(0x2a, 0x03, 0x04), ...critical, der(TAG.octetString, NULL));
  return der(TAG.context0, content);
}

function queryRequests(): ComparedRequest[] {
  return [
    asking('a query', good),
    asking('a query without a nonce', bare),
    withMore('a query without a certificate', integer(1, 2, 3)),
    asking('SHA-384', query(imprint('sha384', 48), WITH_CERTIFICATE)),
    asking('SHA-512', query(imprint('sha512', 64), WITH_CERTIFICATE)),
    asking('a hash without parameters', query(imprint('sha256', 32, Buffer.alloc(0)))),
    asking('version 2', der(TAG.sequence, integer(2), imprint('sha256', 32))),
    withMore('its policy', POLICY),
    withMore('a negative nonce', integer(0xff)),
    withMore('a long nonce', integer(...Array.from({ length: 200 }, () => 1))),
    withMore('no certificate, said so', der(TAG.boolean, Buffer.of(0))),
    withMore('a nonce after the boolean', WITH_CERTIFICATE, integer(5)),
    withMore('something unknown at the end', NULL),
    withMore('an empty list of extensions', der(TAG.context0)),
    asking('SHA-1', query(imprint('sha1', 20))),
    asking('MD5', query(imprint('md5', 16))),
    asking('SHA-224', query(imprint('sha224', 28))),
    asking('SHA-3', query(imprint('sha3', 32))),
    asking('a short digest', query(imprint('sha256', 20))),
    asking('a long digest', query(imprint('sha256', 48))),
    asking('an empty digest', query(imprint('sha256', 0))),
    withMore('another policy', OTHER_POLICY),
    withMore('an extension', extension()),
    withMore('a critical extension', extension(WITH_CERTIFICATE)),
    withMore('a padded nonce', integer(0, 1)),
    withMore('a boolean of another value', der(TAG.boolean, Buffer.of(1))),
    asking('more after the query', Buffer.concat([bare, NULL])),
    asking(
      'a length in two bytes',
      Buffer.concat([Buffer.of(0x30, 0x81, bare.length - 2), bare.subarray(2)]),
    ),
    asking('half of a query', good.subarray(0, 20)),
    asking('bytes that are no query', Buffer.from('garbage')),
    asking('another element', der(TAG.octetString, Buffer.from('x'))),
    asking('no body', ''),
    asking('a body beyond the limit', Buffer.alloc(3 << 20)),
  ];
}

function typed(name: string, type: string | undefined): ComparedRequest {
  return asking(name, good, { 'content-type': type });
}

function accepting(name: string, accept: string, body = good): ComparedRequest {
  return asking(name, body, { accept });
}

function typeRequests(): ComparedRequest[] {
  return [
    accepting('accepting a reply', 'application/timestamp-reply'),
    accepting('accepting anything', '*/*'),
    accepting('accepting JSON', 'application/json'),
    accepting('accepting JSON for a bad query', 'application/json', query(imprint('sha1', 20))),
    accepting('accepting HTML', 'text/html'),
    typed('DER as JSON', 'application/json'),
    typed('DER as bytes', 'application/octet-stream'),
    typed('DER as text', 'text/plain'),
    typed('DER as nothing', undefined),
    typed('a media type with parameters', 'application/timestamp-query; charset=x'),
    typed('a media type in capitals', 'Application/Timestamp-Query'),
    typed('two media types', 'application/timestamp-query, application/json'),
  ];
}

function ask(name: string, body: string | object, headers = {}): ComparedRequest {
  return inJson(name, PATH, { body, headers });
}

function jsonRequests(): ComparedRequest[] {
  const artifactHash = base64(digest('text'));
  const json = { artifactHash, hashAlgorithm: 'sha256' };
  return [
    ask('JSON', json),
    ask('JSON with all fields', {
      ...json,
      certificates: true,
      nonce: 1123343434,
      tsaPolicyOID: '1.3.6.1.4.1.57264.2',
    }),
    ask('a hash in capitals', { ...json, hashAlgorithm: 'SHA256' }),
    ask('names in capitals', { ARTIFACTHASH: artifactHash, hashalgorithm: 'sha256' }),
    ask('an unknown field', { ...json, x: 1 }),
    ask('a nonce below 0', { ...json, nonce: -200 }),
    ask(
      'a nonce beyond a double',
      `{"artifactHash":"${artifactHash}","hashAlgorithm":"sha256","nonce":${'1'.repeat(60)}}`,
    ),
    ask('SHA-1 in JSON', { ...json, hashAlgorithm: 'sha1' }),
    ask('MD5 in JSON', { ...json, hashAlgorithm: 'md5' }),
    ask('no hash algorithm', { artifactHash }),
    ask('no digest', { hashAlgorithm: 'sha256' }),
    ask('a short digest in JSON', { ...json, artifactHash: 'AAAA' }),
    ask('a digest that is no base64', { ...json, artifactHash: '***' }),
    ask('a digest without padding', { ...json, artifactHash: artifactHash.replaceAll('=', '') }),
    ask('a digest that is a number', { ...json, artifactHash: 1 }),
    ask('certificates that are text', { ...json, certificates: 'x' }),
    ask('another policy in JSON', { ...json, tsaPolicyOID: '1.2.3' }),
    ask('a policy that is none', { ...json, tsaPolicyOID: 'x' }),
    ask('a nonce that is text', { ...json, nonce: '5' }),
    ask('a nonce that is a fraction', { ...json, nonce: 1.5 }),
    ask('JSON beyond the limit', { ...json, x: 'a'.repeat(2000) }),
    ask('an empty object', {}),
    ask('half of an object', '{'),
    ask('text', 'hello'),
    ask('a list', '[]'),
    ask('null', 'null'),
    ask('no JSON', ''),
    ask('more after the object', `${JSON.stringify(json)} x`),
    ask('JSON with a character set', json, { 'content-type': 'application/json; charset=utf-8' }),
  ];
}

function otherRequests(): ComparedRequest[] {
  const preflight = { origin: 'http://other.example', 'access-control-request-method': 'POST' };
  return [
    inDer('a slash after the path', `${PATH}/`, { body: good }),
    inDer('the chain', CHAIN),
    inDer('the chain with a slash', `${CHAIN}/`),
    inDer('the chain in JSON', CHAIN, { headers: { accept: 'application/json' } }),
    inDer('the chain in HTML', CHAIN, { headers: { accept: 'text/html' } }),
    inDer('the ping', '/ping'),
    inDer('the head of the ping', '/ping', { method: 'HEAD' }),
    inDer('the ping by POST', '/ping', { body: '' }),
    inDer('a query by GET', PATH),
    inDer('a query by HEAD', PATH, { method: 'HEAD' }),
    inDer('a query by PUT', PATH, { method: 'PUT', body: good }),
    inDer('options', PATH, { method: 'OPTIONS' }),
    inDer('a preflight', PATH, { method: 'OPTIONS', headers: preflight }),
    inJson('the chain by POST', CHAIN, { body: {} }),
    inDer('an unknown path', '/nope'),
    inDer('an unknown path by POST', '/nope', { body: good }),
    inDer('the root', '/'),
    inDer('the description of the API', '/swagger.json'),
  ];
}

/** What the time-stamp authority is asked. */
export function tsaRequests(): ComparedRequest[] {
  return [...queryRequests(), ...typeRequests(), ...jsonRequests(), ...otherRequests()];
}
