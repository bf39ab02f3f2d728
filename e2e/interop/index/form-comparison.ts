// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import type { PythonPeers } from '../build/python-peers.ts';
import { clientsOf } from './clients.ts';
import { writeDists } from './dists.ts';
import { mustSucceed, runColophon } from './job.ts';

type Fields = ReadonlyMap<string, readonly string[]>;

/** Where the two differ on purpose, and why. */
const ON_PURPOSE: Readonly<Record<string, string>> = {
  import_name: 'twine drops the import names of metadata 2.5',
  import_namespace: 'the same',
};

/**
 * Lets twine and Colophon upload the same dists to a server that only writes down what came, and compares the forms field
 * by field: names, values, their order where a name repeats, and the file's bytes, name and type. Gives the number of
 * fields.
 * @throws Error naming every field that differs
 */
export async function compareForms(python: PythonPeers, folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const plain = await writeDists(join(folder, 'plain'), 'plain-package');
  const rich = await writeRichWheels(join(folder, 'rich'));
  const clients = clientsOf(python, folder);
  let fields = 0;
  for (const file of [plain.wheel, plain.sdist, ...rich]) {
    const account = { TWINE_USERNAME: 'ci', TWINE_PASSWORD: 'secret' };
    const [theirs] = await uploadsDuring(async (url) => {
      const options = ['--non-interactive', '--disable-progress-bar', '--repository-url', url];
      await clients.twine(['upload', ...options, file], account);
    });
    const [ours] = await uploadsDuring(async (url) => {
      const argv = ['publish', file, '--index', url];
      mustSucceed(argv, await runColophon(argv, folder, account));
    });
    if (theirs === undefined || ours === undefined) throw new Error(`${file} did not arrive`);
    const differing = differences(theirs, ours);
    if (differing.length > 0) throw new Error(`the forms of ${file} differ:\n${differing.join('\n')}`);
    fields += ours.size;
  }
  return fields;
}

function differences(theirs: Fields, ours: Fields): string[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])]
    .filter((name) => !(name in ON_PURPOSE))
    .filter((name) => comparable(name, theirs.get(name)) !== comparable(name, ours.get(name)))
    .map((name) => `  ${name}: twine ${shown(theirs.get(name))}, Colophon ${shown(ours.get(name))}`);
}

// twine writes a space behind each comma of the keywords; the index takes them apart at the commas.
function comparable(name: string, values: readonly string[] = []): string {
  return JSON.stringify(name === 'keywords' ? values.map((text) => text.split(/,\s*/)) : values);
}

function shown(values: readonly string[] | undefined): string {
  return values === undefined ? 'nothing' : JSON.stringify(values).slice(0, 400);
}

/** Runs `work` before a server that takes everything, and gives the forms that it got. */
async function uploadsDuring(work: (url: string) => Promise<void>): Promise<Fields[]> {
  const forms: Promise<Fields>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST')
        forms.push(readForm(request.headers['content-type'] ?? '', Buffer.concat(chunks)));
      response.writeHead(request.method === 'POST' ? 200 : 404).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/legacy/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return Promise.all(forms);
}

async function readForm(type: string, body: Buffer): Promise<Fields> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const fields = new Map<string, string[]>();
  for (const [name, value] of form) fields.set(name, [...(fields.get(name) ?? []), await textOf(value)]);
  return fields;
}

async function textOf(value: string | File): Promise<string> {
  if (typeof value === 'string') return value;
  const digest = createHash('sha256')
    .update(new Uint8Array(await value.arrayBuffer()))
    .digest('hex');
  return `${value.name}, ${value.type}, sha256 ${digest}`;
}

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  '2.1': ['License-File: LICENSE', 'Home-page: https://example.com/', 'Download-URL: https://example.com/d'],
  '2.2': [
    'Platform: any',
    'Supported-Platform: any',
    'Maintainer: M',
    'Maintainer-email: m@example.com',
    'License: MIT',
  ],
  '2.4': ['License-Expression: MIT OR Apache-2.0', 'License-File: LICENSE', 'License-File: NOTICE'],
  '2.5': ['Import-Name: rich_package', 'Import-Namespace: rich'],
};

const COMMON = [
  'Summary: A package with much to say — übermäßig viel',
  'Author: Žofie',
  'Author-email: Žofie <z@example.com>, y@example.com',
  'Keywords: one,two three',
  'Classifier: Programming Language :: Python :: 3',
  'Classifier: Operating System :: OS Independent',
  'Requires-Dist: attrs>=21',
  "Requires-Dist: trio; extra == 'async'",
  'Requires-External: libfoo',
  'Provides-Extra: async',
  'Requires-Python: >=3.9',
  'Project-URL: Source, https://example.com/source',
  'Project-URL: Issues, https://example.com/issues',
  'Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM',
];

/** A wheel of each version of the metadata, with all that it allows. */
async function writeRichWheels(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Object.entries(HEADERS).map(async ([version, own], index) => {
      const release = `1.0.${index}`;
      const info = `Rich_Package-${release}.dist-info`;
      const head = [
        `Metadata-Version: ${version}`,
        'Name: Rich.Package',
        `Version: ${release}`,
        ...COMMON,
        ...own,
      ];
      const zip = new AdmZip();
      const files = ['LICENSE', 'NOTICE'].map((name) => [`${info}/licenses/${name}`, 'words'] as const);
      const members = [
        ...files,
        [
          `${info}/METADATA`,
          `${head.join('\n')}\n\n# Rich\n\nWith a body — in UTF-8,\n\n    and an indented line.\n`,
        ],
        [
          `${info}/WHEEL`,
          'Wheel-Version: 1.0\nGenerator: interop\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n',
        ],
        [`${info}/RECORD`, ''],
      ] as const;
      for (const [path, text] of members) zip.addFile(path, Buffer.from(text));
      const path = join(folder, `Rich_Package-${release}-1-py2.py3-none-any.whl`);
      await writeFile(path, zip.toBuffer());
      return path;
    }),
  );
}
