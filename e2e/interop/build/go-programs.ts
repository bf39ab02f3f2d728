// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, keyOf } from './cache.ts';
import { findProgram, runCommand } from './command.ts';
import { MissingRequirement } from './missing-requirement.ts';
import { timed } from './progress.ts';

const modules = join(import.meta.dirname, '..', 'go');

interface GoModule {
  /** The folder under `go/` with the go.mod whose `tool` lines are built. */
  readonly folder: string;
  readonly tags?: string;
  /** ct_server links a PKCS #11 driver; all the others are built without C. */
  readonly cgo?: boolean;
  /** A source of our own, built into a program with the folder's name; no `tool` lines then. */
  readonly source?: string;
}

const goModules = {
  trillian: { folder: 'trillian', tags: 'mysql' },
  rekorTiles: { folder: 'rekor-tiles' },
  fulcio: { folder: 'fulcio' },
  timestampAuthority: { folder: 'timestamp-authority' },
  rekor: { folder: 'rekor' },
  sigstoreGo: { folder: 'sigstore-go' },
  ctServer: { folder: 'ct-server', cgo: true },
  cosign: { folder: 'cosign' },
  benchVerify: { folder: 'bench-verify', source: 'main.go' },
  actionlint: { folder: 'actionlint' },
} as const satisfies Record<string, GoModule>;

/** Paths of the built services and clients. */
export interface GoPrograms {
  readonly logServer: string;
  readonly logSigner: string;
  readonly createTree: string;
  /** Trillian's tables for MySQL. */
  readonly trillianSchema: string;
  readonly ctServer: string;
  readonly fulcio: string;
  readonly rekor: string;
  readonly rekorTiles: string;
  readonly timestampServer: string;
  readonly sigstoreGo: string;
  readonly cosign: string;
  /** sigstore-go and cosign as libraries in a process that stays. */
  readonly benchVerify: string;
  readonly actionlint: string;
}

/** The Go that builds, and its version as it calls it. Throws MissingRequirement. */
export interface GoToolchain {
  readonly go: string;
  readonly version: string;
}

export async function findGo(): Promise<GoToolchain> {
  const go = findProgram('go');
  if (go === undefined) throw new MissingRequirement('go is missing: install Go 1.26 or later');
  const version = (await runCommand(go, ['env', 'GOVERSION'])).trim();
  const [, major = 0, minor = 0] = /^go(\d+)\.(\d+)/.exec(version)?.map(Number) ?? [];
  if (major === 1 && minor < 26)
    throw new MissingRequirement(`${version} is too old: install Go 1.26 or later`);
  return { go, version };
}

/** Builds what the cache lacks, one program after the other, each into a folder of its own: two are called posix. */
export async function buildGoPrograms({ go, version }: GoToolchain): Promise<GoPrograms> {
  const folders: Partial<Record<keyof typeof goModules, string>> = {};
  for (const [name, module] of Object.entries(goModules) as [keyof typeof goModules, GoModule][]) {
    folders[name] = await buildModule(go, version, module);
  }
  return programPaths(folders as Record<keyof typeof goModules, string>);
}

async function buildModule(go: string, version: string, module: GoModule): Promise<string> {
  const source = join(modules, module.folder);
  const files = ['go.mod', 'go.sum', ...(module.source === undefined ? [] : [module.source])];
  const pins = await Promise.all(files.map((file) => readFile(join(source, file))));
  const key = keyOf(version, process.arch, module.tags ?? '', ...pins);
  return cached(join('go', `${module.folder}-${key}`), (folder) =>
    timed(`go: building ${module.folder}`, () => install(go, module, folder)),
  );
}

async function install(go: string, module: GoModule, folder: string): Promise<void> {
  const cwd = join(modules, module.folder);
  const env = {
    ...process.env,
    GOBIN: join(folder, 'bin'),
    GOFLAGS: `${process.env.GOFLAGS ?? ''} -trimpath -mod=readonly -buildvcs=false`.trim(),
    CGO_ENABLED: module.cgo === true ? '1' : '0',
  };
  await mkdir(env.GOBIN, { recursive: true });
  const what = module.source === undefined ? 'tool' : '.';
  await runCommand(go, ['install', `-tags=${module.tags ?? ''}`, what], { cwd, env });
  if (module.folder === 'trillian') await copySchema(go, cwd, folder);
}

/** The module cache may be cleaned between runs, so the tables are kept with the programs. */
async function copySchema(go: string, cwd: string, folder: string): Promise<void> {
  const listed = await runCommand(go, ['list', '-m', '-f', '{{.Dir}}', 'github.com/google/trillian'], {
    cwd,
  });
  await copyFile(join(listed.trim(), 'storage/mysql/schema/storage.sql'), join(folder, 'storage.sql'));
}

function programPaths(folders: Record<keyof typeof goModules, string>): GoPrograms {
  const bin = (module: keyof typeof goModules, program: string): string =>
    join(folders[module], 'bin', program);
  return {
    logServer: bin('trillian', 'trillian_log_server'),
    logSigner: bin('trillian', 'trillian_log_signer'),
    createTree: bin('trillian', 'createtree'),
    trillianSchema: join(folders.trillian, 'storage.sql'),
    ctServer: bin('ctServer', 'ct_server'),
    fulcio: bin('fulcio', 'fulcio'),
    rekor: bin('rekor', 'rekor-server'),
    rekorTiles: bin('rekorTiles', 'posix'),
    timestampServer: bin('timestampAuthority', 'timestamp-server'),
    sigstoreGo: bin('sigstoreGo', 'conformance'),
    cosign: bin('cosign', 'cosign'),
    benchVerify: bin('benchVerify', 'bench-verify'),
    actionlint: bin('actionlint', 'actionlint'),
  };
}
