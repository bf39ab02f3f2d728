// SPDX-License-Identifier: Apache-2.0
// What the parser of the command line asks for little, at a high price: Node's module for assertions takes a tenth of a bare start
// to load, and a pattern of every emoji most of one to compile. It measures our own texts alone, in which each character takes one
// column.
const STAND_INS = {
  assert: `
    function hold(good, message) { if (!good) throw message instanceof Error ? message : new Error(message); }
    export const strictEqual = (found, wanted, message) => hold(Object.is(found, wanted), message);
    export const notStrictEqual = (found, other, message) => hold(!Object.is(found, other), message);`,
  'string-width': `
    import { stripVTControlCharacters } from 'node:util';
    export default (text) => [...stripVTControlCharacters(text)].length;`,
  'strip-ansi': `export { stripVTControlCharacters as default } from 'node:util';`,
};
const ASKED_BY = /[\\/]node_modules[\\/](?:yargs|cliui|wrap-ansi)[\\/]/;
const PREFIX = '\0stand-in/';

/** Whether another module stands in for the one that is asked for here. */
export function isStoodInFor(id, importer = '') {
  return Object.hasOwn(STAND_INS, id) && ASKED_BY.test(importer);
}

/** For rolldown: puts the stand-ins where the modules would be. */
export const standIns = {
  name: 'stand-ins',
  resolveId: (id, importer) => (isStoodInFor(id, importer) ? PREFIX + id : null),
  load: (id) => (id.startsWith(PREFIX) ? STAND_INS[id.slice(PREFIX.length)] : null),
};
