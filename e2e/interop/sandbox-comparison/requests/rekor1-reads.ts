// SPDX-License-Identifier: Apache-2.0
import { digest } from '../material.ts';
import { type ComparedRequest, requestsOf } from '../request.ts';

const ENTRIES = '/api/v1/log/entries';
const SEARCH = `${ENTRIES}/retrieve`;
const request = requestsOf('rekor1', 'application/json');

function at(name: string, query: string): ComparedRequest {
  return request(name, `${ENTRIES}${query}`);
}

function key(name: string, query: string, headers = {}): ComparedRequest {
  return request(name, `/api/v1/log/publicKey${query}`, { headers });
}

function proof(name: string, query: string): ComparedRequest {
  return request(name, `/api/v1/log/proof${query}`);
}

function readRequests(): ComparedRequest[] {
  return [
    at('an entry by its index', '?logIndex={index}'),
    at('the entry at 9999', '?logIndex=9999'),
    at('the entry at -1', '?logIndex=-1'),
    at('the entry at x', '?logIndex=x'),
    at('the entry at nothing', '?logIndex='),
    at('no index', ''),
    at('an entry by its id', '/{uuid}'),
    at('an entry by its hash', '/{hash}'),
    at('an unknown hash', `/${'a'.repeat(64)}`),
    at('an id of another tree', `/${'1'.repeat(80)}`),
    at('an id of tree 0', `/${'0'.repeat(16)}${'a'.repeat(64)}`),
    at('an id of a negative tree', `/${'f'.repeat(80)}`),
    at('a known hash of another tree', '/1234567812345678{hash}'),
    at('an id that is none', '/xyz'),
    request('the log', '/api/v1/log'),
    request('the log for another accepted type', '/api/v1/log', { headers: { accept: 'application/xml' } }),
    request('the log with a slash', '/api/v1/log/'),
    request('the head of the log', '/api/v1/log', { method: 'HEAD' }),
    key('the key', ''),
    key('the key of the tree', '?treeID={tree}'),
    key('the key of another tree', '?treeID=1'),
    key('the key of no tree', '?treeID=x'),
    key('the key as XML', '', { accept: 'application/xml' }),
    key('the key in JSON', '', { accept: 'application/json' }),
    proof('a proof', '?firstSize=1&lastSize=2'),
    proof('a proof from the default', '?lastSize=3'),
    proof('a proof of nothing', ''),
    proof('a proof backwards', '?firstSize=3&lastSize=2'),
    proof('a proof of too much', '?firstSize=1&lastSize=9999'),
    proof('a proof between equals', '?firstSize=2&lastSize=2'),
    proof('a proof from 0', '?firstSize=0&lastSize=2'),
    proof('a proof in another tree', '?lastSize=2&treeID=77'),
  ];
}

function search(name: string, body: string | object): ComparedRequest {
  return request(name, SEARCH, { body });
}

function searchRequests(good: object, bad: object): ComparedRequest[] {
  return [
    search('search by indexes', '{"logIndexes":[{index},{next}]}'),
    search('search by id', '{"entryUUIDs":["{uuid}"]}'),
    search('search by hash', '{"entryUUIDs":["{hash}"]}'),
    search('search by entry', { entries: [good] }),
    search('search for what is not there', { entryUUIDs: ['a'.repeat(64)] }),
    search('search beyond the log', { logIndexes: [99999] }),
    search('search for a bad id', { entryUUIDs: ['x'] }),
    search('search for a bad entry', { entries: [bad] }),
    search('search for nothing', {}),
    search('search for no indexes', { logIndexes: [] }),
    search('search for eleven', { logIndexes: [...Array(11).keys()] }),
    search('search for twelve in two lists', {
      logIndexes: [0, 1, 2, 3, 4, 5],
      entryUUIDs: Array.from({ length: 6 }, () => 'a'.repeat(64)),
    }),
    search('search below the log', { logIndexes: [-1] }),
    search('search without a body', ''),
  ];
}

function otherRequests(): ComparedRequest[] {
  return [
    request('the ping', '/ping'),
    request('an unknown path', '/nope'),
    request('an unknown path of the API', '/api/v1/nope'),
    request('a method that is not', ENTRIES, { method: 'DELETE' }),
    request('the log by POST', '/api/v1/log', { body: {} }),
    request('options', ENTRIES, { method: 'OPTIONS' }),
    request('the root', '/'),
    request('the search index', '/api/v1/index/retrieve', { body: { hash: digest('z').toString('hex') } }),
  ];
}

/** What is asked of a log that has an entry: `good` proposes it again, `bad` is none. */
export function rekor1Reads(good: object, bad: object): ComparedRequest[] {
  return [...readRequests(), ...searchRequests(good, bad), ...otherRequests()];
}
