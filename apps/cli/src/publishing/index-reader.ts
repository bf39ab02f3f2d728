// SPDX-License-Identifier: Apache-2.0
import { AttestationError } from '@colophon/attestation';
import { normalizeName } from '@colophon/dist';
import { displayUrl, type HttpClient } from '@colophon/http';
import {
  downloadFile,
  fetchProject,
  fetchProvenance,
  IndexError,
  releaseFiles,
  resolveSimpleUrl,
  type Project,
  type ProjectFile,
} from '@colophon/pypi';
import { evidenceFromProvenance } from '@colophon/verify';
import { CliError } from '../cli-error.ts';
import { malformedEvidence, type EvidenceFile } from '../evidence/evidence.ts';
import type { ReleaseSpec, ServedFileSpec } from './index-spec.ts';

/** What an index serves as the provenance of a file; `bytes` as they came. */
export interface ServedEvidence {
  readonly evidence: EvidenceFile;
  readonly bytes: Uint8Array | undefined;
}

/** The read side of one index. Each project's page is fetched once a run. */
export class IndexReader {
  /** `pypi`, `testpypi`, or the URL of another index. */
  readonly name: string;
  readonly simpleUrl: string;
  readonly #http: HttpClient;
  readonly #signal: AbortSignal;
  readonly #projects = new Map<string, Promise<Project>>();

  constructor(name: string, http: HttpClient, signal: AbortSignal) {
    this.simpleUrl = resolveSimpleUrl(name);
    this.name = name.includes('://') ? displayUrl(new URL(this.simpleUrl)) : name;
    this.#http = http;
    this.#signal = signal;
  }

  /** @throws IndexError, HttpError as `fetchProject` */
  project(name: string): Promise<Project> {
    const key = normalizeName(name);
    const known = this.#projects.get(key);
    if (known !== undefined) return known;
    const page = fetchProject({
      simpleUrl: this.simpleUrl,
      project: name,
      http: this.#http,
      signal: this.#signal,
    });
    this.#projects.set(key, page);
    return page;
  }

  /** Every wheel and sdist of a release. @throws CliError ERR_NO_INPUT for a version that the index does not list */
  async release({ project, version }: ReleaseSpec): Promise<ProjectFile[]> {
    const files = releaseFiles(await this.project(project), version);
    if (files.length > 0) return files;
    throw new CliError('ERR_NO_INPUT', `${this.name} lists no wheel or sdist of ${project} ${version}`);
  }

  /** What the index lists under a filename, and at a URL where one was given. @throws CliError ERR_NO_INPUT */
  async file({ dist, url }: Pick<ServedFileSpec, 'dist' | 'url'>): Promise<ProjectFile> {
    const { files } = await this.project(dist.name);
    const listed = files.find(({ filename }) => filename === dist.filename);
    if (listed === undefined)
      throw new CliError('ERR_NO_INPUT', `${this.name} does not list ${dist.filename}`);
    if (url !== undefined) assertSameUrl(listed, url, this.name);
    return listed;
  }

  /** The provenance of a listed file; undefined where the index has none. What cannot be read is in the result. */
  async provenance({ filename, provenanceUrl }: ProjectFile): Promise<ServedEvidence | undefined> {
    if (provenanceUrl === undefined) return undefined;
    const name = `${filename}, provenance from ${this.name}`;
    try {
      const served = await fetchProvenance({ url: provenanceUrl, http: this.#http, signal: this.#signal });
      if (served === undefined) return undefined;
      const { provenance, bytes } = served;
      return { evidence: { name, evidence: evidenceFromProvenance(provenance, name) }, bytes };
    } catch (error) {
      if (!(error instanceof AttestationError)) throw error;
      return { evidence: { name, error: malformedEvidence(error, name) }, bytes: undefined };
    }
  }

  /** Fetches a listed file into a folder, and gives its path; digest and size must be as listed. @throws IndexError */
  download(file: ProjectFile, directory: string): Promise<string> {
    return downloadFile({ file, directory, http: this.#http, signal: this.#signal });
  }
}

// Links of an index carry the digest behind a #; it must not be passed over.
function assertSameUrl(listed: ProjectFile, { href, hash }: URL, index: string): void {
  if (new URL(listed.url).href.split('#')[0] !== href.split('#')[0])
    throw new CliError('ERR_NO_INPUT', `${index} serves ${listed.filename} at another URL than ${href}`);
  if (hash !== '' && hash !== `#sha256=${listed.sha256}`)
    throw new IndexError(
      'ERR_FILE_DIGEST',
      `${listed.filename}: the URL names another digest than ${index} lists`,
    );
}
