// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { encodeUtf8 } from '@colophon/base';
import { resolveIndex } from '@colophon/pypi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeJournal, parseJournal, type Journal } from '../src/release/journal.ts';
import { JournalFile, journalPath } from '../src/release/journal-file.ts';

const DIGEST = 'ab'.repeat(32);
const SDIST = 'pkg-1.0.tar.gz';
const SUBJECT = {
  index: 'https://upload.pypi.org/legacy/',
  project: 'pkg',
  version: '1.0',
  publisher: 'github:o/r/release.yml',
};
const JOURNAL: Journal = {
  subject: SUBJECT,
  store: 'github',
  files: new Map([
    [
      SDIST,
      {
        sha256: DIGEST,
        signed: {
          statement: Uint8Array.of(1),
          certificate: Uint8Array.of(2),
          signature: Uint8Array.of(3),
        },
        logIndex: '7',
        uploaded: new Date('2026-11-21T10:00:00Z'),
        readBack: new Date('2026-11-21T10:00:01Z'),
        stored: new Date('2026-11-21T10:00:02Z'),
      },
    ],
    ['pkg-1.0-py3-none-any.whl', { sha256: DIGEST }],
  ]),
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Document = Record<string, unknown> & { files: Record<string, Record<string, unknown>> };

function changed(change: (document: Document) => void): Uint8Array {
  const document = JSON.parse(encodeJournal(JOURNAL)) as Document;
  change(document);
  return encodeUtf8(JSON.stringify(document));
}

describe('a journal', () => {
  it('is read as it was written', () => {
    expect(parseJournal(encodeUtf8(encodeJournal(JOURNAL)), 'j')).toEqual(JOURNAL);
  });

  const file = (document: Document) => document.files[SDIST] ?? {};
  const hostile: [title: string, bytes: Uint8Array][] = [
    ['no JSON', encodeUtf8('{')],
    ['empty', encodeUtf8('')],
    ['no UTF-8', Uint8Array.of(0xff)],
    ['another document', encodeUtf8('{"schema":"colophon.release/1"}')],
    ['a later schema', changed((document) => void (document['schema'] = 'colophon.journal/2'))],
    ['a key of its own', changed((document) => void (document['more'] = 1))],
    ['a key twice', encodeUtf8('{"schema":"colophon.journal/1","schema":"colophon.journal/1"}')],
    ['no version', changed((document) => void (document['version'] = 'latest'))],
    ['a path for a name', changed((document) => void (document.files['../../pkg-1.0.tar.gz'] = {}))],
    ['a prototype for a name', encodeUtf8(encodeJournal(JOURNAL).replace(SDIST, '__proto__'))],
    ['a file of another project', changed((document) => void (document.files['x-1.0.tar.gz'] = {}))],
    ['a file of another version', changed((document) => void (document.files['pkg-1.1.tar.gz'] = {}))],
    ['no digest', changed((document) => void delete file(document)['sha256'])],
    ['a short digest', changed((document) => void (file(document)['sha256'] = 'ab'))],
    ['a digest in capitals', changed((document) => void (file(document)['sha256'] = 'AB'.repeat(32)))],
    ['a negative index', changed((document) => void (file(document)['logIndex'] = '-1'))],
    ['a number for an index', changed((document) => void (file(document)['logIndex'] = 7))],
    ['a word for a time', changed((document) => void (file(document)['uploaded'] = 'yes'))],
    ['half a signature', changed((document) => void (file(document)['signed'] = { statement: '' }))],
    ['another store', changed((document) => void (document['store'] = 'elsewhere'))],
    [
      'no base64',
      changed(
        (document) => void (file(document)['signed'] = { statement: '-', certificate: '', signature: '' }),
      ),
    ],
  ];
  it.each(hostile)('is refused where it has %s', (_title, bytes) => {
    expect(() => parseJournal(bytes, 'j')).toThrow(expect.objectContaining({ code: 'ERR_JOURNAL' }));
  });
});

describe('the journal on disk', () => {
  it('lies under the index, the project and the version, whatever is in their names', () => {
    const index = resolveIndex('http://localhost:8080/legacy/');
    expect(journalPath('/x', index, { ...SUBJECT, version: '1!1.0+a' })).toMatch(
      /^\/x\/\.colophon\/localhost_8080_legacy-[0-9a-f]{12}-pkg-1!1\.0\+a\.json$/,
    );
  });

  it('has a name of its own for each index, also on one host, and for each project', () => {
    const urls = [
      'https://h/a/b/',
      'https://h/a_b/',
      'https://h/A/b/',
      'https://h:8443/a/b/',
      'https://h-pkg/',
    ];
    const paths = urls.map((url) => journalPath('/x', resolveIndex(url), SUBJECT));
    const other = journalPath('/x', resolveIndex('https://h/'), { ...SUBJECT, project: 'pkg-pkg' });
    expect(new Set([...paths, other]).size).toBe(urls.length + 1);
    const deep = ['a', 'b'].map((last) => resolveIndex(`https://h/${'deep/'.repeat(100)}${last}/`));
    const [one = '', two = ''] = deep.map((index) => basename(journalPath('/x', index, SUBJECT)));
    expect(one).not.toBe(two);
    expect(one.length).toBeLessThan(128);
    expect(journalPath('/x', resolveIndex('pypi'), SUBJECT)).toBe('/x/.colophon/pypi-pkg-1.0.json');
  });

  it('holds all that was recorded at once, in one whole file', async () => {
    const path = join(folder, 'deep', 'journal.json');
    const journal = await JournalFile.open(path, SUBJECT);
    expect(journal.begun).toBe(false);
    const names = Array.from({ length: 40 }, (_, index) => `pkg-1.0-${index}-py3-none-any.whl`);
    await Promise.all(names.map((name) => journal.record(name, { sha256: DIGEST, logIndex: '1' })));
    await journal.record(SDIST, { sha256: DIGEST, logIndex: '1' });
    await journal.record(SDIST, { sha256: DIGEST, uploaded: new Date(0) });
    const again = await JournalFile.open(path, SUBJECT);
    expect(again.begun).toBe(true);
    for (const name of names) expect(again.recordOf(name, DIGEST)).toEqual({ sha256: DIGEST, logIndex: '1' });
    expect(again.recordOf(SDIST, DIGEST)).toEqual({
      sha256: DIGEST,
      logIndex: '1',
      uploaded: new Date(0),
    });
  });

  it('tells nothing of other bytes, and forgets them when it learns of these', async () => {
    const journal = await JournalFile.open(join(folder, 'j'), SUBJECT);
    const other = 'cd'.repeat(32);
    await journal.record(SDIST, { sha256: other, uploaded: new Date(0) });
    expect(journal.recordOf(SDIST, DIGEST)).toBeUndefined();
    expect(journal.contradicts(SDIST, DIGEST)).toBe(true);
    await journal.record(SDIST, { sha256: DIGEST, logIndex: '3' });
    expect(journal.recordOf(SDIST, DIGEST)).toEqual({ sha256: DIGEST, logIndex: '3' });
  });

  const others: [part: string, change: Partial<typeof SUBJECT>][] = [
    ['index', { index: 'https://test.pypi.org/legacy/' }],
    ['project', { project: 'other' }],
    ['version', { version: '1.1' }],
    ['publisher', { publisher: 'github:o/r/other.yml' }],
  ];
  it.each(others)('is refused where it is about another %s', async (_part, change) => {
    const path = join(folder, 'j');
    await writeFile(path, encodeJournal(JOURNAL));
    await expect(JournalFile.open(path, { ...SUBJECT, ...change })).rejects.toMatchObject({
      code: 'ERR_JOURNAL',
    });
    expect(await readFile(path, 'utf8')).toBe(encodeJournal(JOURNAL));
  });

  it('is the same release where the version is written otherwise', async () => {
    const path = join(folder, 'j');
    await writeFile(path, encodeJournal(JOURNAL));
    await expect(JournalFile.open(path, { ...SUBJECT, version: '1.0.0' })).resolves.toMatchObject({
      begun: true,
    });
  });
});
