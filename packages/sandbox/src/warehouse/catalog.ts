// SPDX-License-Identifier: Apache-2.0
import { rm } from 'node:fs/promises';
import type { JsonObject } from '@colophon/base';
import { normalizedProjectName } from './python-version.ts';

export interface StoredFile {
  readonly filename: string;
  readonly filetype: 'sdist' | 'bdist_wheel';
  readonly pythonVersion: string;
  readonly size: number;
  readonly digests: { readonly md5: string; readonly sha256: string; readonly blake2_256: string };
  readonly requiresPython: string | undefined;
  readonly uploadTime: Date;
  /** The provenance object (PEP 740) of a file that came with attestations. */
  readonly provenance: JsonObject | undefined;
  /** Where the bytes are on disk. */
  readonly path: string;
}

export interface Release {
  readonly version: string;
  readonly summary: string;
  readonly created: Date;
  readonly files: readonly StoredFile[];
}

export interface Project {
  /** As its last upload spelled it. */
  readonly name: string;
  /** PEP 503. */
  readonly normalizedName: string;
  /** The user who may upload with a user's token. */
  readonly owner: string;
  /** By canonical version, in the order of their creation. */
  readonly releases: ReadonlyMap<string, Release>;
}

interface NewFile {
  readonly project: { readonly name: string; readonly owner: string };
  readonly release: { readonly canonical: string; readonly version: string; readonly summary: string };
  readonly file: StoredFile;
}

/** What the index holds. Changes are whole: an upload that is refused leaves nothing behind. */
export class Catalog {
  readonly #projects = new Map<string, Project>();
  readonly #usedFilenames = new Set<string>();
  #serial = 0;
  #tail: Promise<unknown> = Promise.resolve();

  get serial(): number {
    return this.#serial;
  }

  projects(): Project[] {
    return Array.from(this.#projects.values());
  }

  find(name: string): Project | undefined {
    return this.#projects.get(normalizedProjectName(name));
  }

  create(name: string, owner: string): Project {
    const normalizedName = normalizedProjectName(name);
    const project = this.#projects.get(normalizedName) ?? {
      name,
      normalizedName,
      owner,
      releases: new Map(),
    };
    this.#projects.set(normalizedName, project);
    this.#serial += 1;
    return project;
  }

  /** The files of a project, or of all. */
  files(name?: string): StoredFile[] {
    const one = name === undefined ? this.projects() : [this.find(name) ?? []].flat();
    return one.flatMap(({ releases }) => Array.from(releases.values()).flatMap(({ files }) => files));
  }

  /** Whether a file of this name was ever here. */
  wasUsed(filename: string): boolean {
    return this.#usedFilenames.has(filename);
  }

  add({ project: { name, owner }, release, file }: NewFile): void {
    const project = this.create(name, owner);
    const { canonical, version, summary } = release;
    const known = project.releases.get(canonical) ?? {
      version,
      summary,
      created: file.uploadTime,
      files: [],
    };
    const releases = new Map(project.releases).set(canonical, { ...known, files: [...known.files, file] });
    this.#projects.set(project.normalizedName, { ...project, name, releases });
    this.#usedFilenames.add(file.filename);
  }

  /** Deletes a file; its name stays used for ever. */
  async remove(filename: string): Promise<void> {
    for (const project of this.projects()) {
      const releases = Array.from(project.releases, ([canonical, release]): [string, Release] => [
        canonical,
        { ...release, files: release.files.filter((file) => file.filename !== filename) },
      ]);
      const gone = this.files().find((file) => file.filename === filename);
      this.#projects.set(project.normalizedName, { ...project, releases: new Map(releases) });
      if (gone) await rm(gone.path, { force: true });
    }
    this.#serial += 1;
  }

  /** Runs one change after the other: two uploads of one name must not both find it free. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(change, change);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
