// SPDX-License-Identifier: Apache-2.0
import { bundleFromAttestation, encodeBundle, type Attestation } from '@colophon/attestation';
import {
  EncodingError,
  encodeHex,
  encodeUtf8,
  parseJson,
  readList,
  readObject,
  readOptional,
  readString,
  sha256,
  type JsonObject,
  type JsonValue,
} from '@colophon/base';
import { displayUrl, type HttpResponse } from '@colophon/http';
import { CliError } from '../cli-error.ts';
import { GitHubStore, type GitHubStoreOptions } from './github-store.ts';

/** What a release of a tag has, as far as it matters here. */
export interface GitHubRelease {
  readonly tag: string;
  readonly uploadUrl: URL;
  /** SHA-256 by asset name, where GitHub says it. */
  readonly assets: ReadonlyMap<string, string | undefined>;
}

export interface AttestedFile {
  readonly filename: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly attestation: Attestation;
}

export interface NewAsset {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its media type; JSON by default. */
  readonly type?: string;
}

const MAX_RELEASES = 100;
const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

/**
 * Puts evidence where people look for it on GitHub: into the store of attestations (`POST /repos/OWNER/NAME/attestations`)
 * and beside the assets of a tag's release. What is there already is left alone, so that it can be done again.
 */
export class GitHubShelf {
  readonly #options: GitHubStoreOptions;
  readonly #repository: string;

  /** @param repository OWNER/NAME. */
  constructor(repository: string, options: GitHubStoreOptions) {
    this.#options = options;
    this.#repository = repository;
  }

  /** The release of a tag, drafts included. @throws CliError ERR_STORE_REFUSED where there is none; HttpError */
  async release(tag: string): Promise<GitHubRelease> {
    const published = await this.#ask('GET', `releases/tags/${encodeURIComponent(tag)}`);
    if (published.status === 200) return this.#readRelease(readAnswer(published), tag, published);
    if (published.status !== 404) throw refusal(published);
    // GitHub knows a draft by its tag only in the list.
    const all = await this.#ask('GET', `releases?per_page=${MAX_RELEASES}`);
    if (all.status !== 200) throw refusal(all);
    const draft = readReleases(all).find((release) => release['tag_name'] === tag);
    if (draft !== undefined) return this.#readRelease(draft, tag, all);
    throw new CliError('ERR_STORE_REFUSED', `${this.#repository} has no release of the tag ${tag} on GitHub`);
  }

  /** @throws CliError ERR_STORE_REFUSED, ERR_STORE_LIMIT, ERR_STORE_ANSWER; HttpError */
  async keep({ filename, sha256: digest, attestation }: AttestedFile, release: GitHubRelease): Promise<void> {
    const text = encodeBundle(bundleFromAttestation(attestation));
    await this.#store(text, digest);
    await this.addAsset({ name: `${filename}.publish.sigstore.json`, bytes: encodeUtf8(text) }, release);
  }

  async #store(text: string, digest: string): Promise<void> {
    const stored = await new GitHubStore(this.#options).attestations(this.#repository, digest);
    const known = stored.flatMap((file) => ('evidence' in file ? file.evidence : []));
    if (known.some((one) => one.kind === 'bundle' && encodeBundle(one.bundle) === text)) return;
    const answer = await this.#ask('POST', 'attestations', `{"bundle":${text.trim()}}`);
    if (answer.status !== 201) throw refusal(answer);
  }

  /** Adds an asset, unless the same bytes are there. @throws CliError ERR_STORE_REFUSED; HttpError */
  async addAsset(
    { name, bytes, type = 'application/json' }: NewAsset,
    { uploadUrl, assets, tag }: GitHubRelease,
  ): Promise<void> {
    const digest = encodeHex(sha256(bytes));
    if (assets.get(name) === digest) return;
    if (assets.has(name))
      throw new CliError('ERR_STORE_REFUSED', `the release ${tag} has another ${name} among its assets`);
    const url = new URL(uploadUrl);
    url.searchParams.set('name', name);
    const { http, signal, token } = this.#options;
    const answer = await http.request({
      method: 'POST',
      url,
      headers: { ...HEADERS, 'content-type': type },
      body: bytes,
      signal,
      ...(token === undefined ? {} : { bearer: token }),
    });
    if (answer.status !== 201) throw refusal(answer);
  }

  #ask(method: 'GET' | 'POST', path: string, body?: string): Promise<HttpResponse> {
    const { http, signal, token, apiUrl } = this.#options;
    const base = apiUrl.href.replace(/\/+$/, '');
    return http.request({
      method,
      url: `${base}/repos/${this.#repository}/${path}`,
      headers: body === undefined ? HEADERS : { ...HEADERS, 'content-type': 'application/json' },
      signal,
      ...(body === undefined ? {} : { body }),
      ...(token === undefined ? {} : { bearer: token }),
    });
  }

  #readRelease(release: JsonObject, tag: string, { url }: HttpResponse): GitHubRelease {
    try {
      const assets = readList(release['assets'] ?? null, '$.assets', readAsset, 1000);
      const uploadUrl = readString(release['upload_url'], '$.upload_url').replace(/\{.*\}$/, '');
      return { tag, uploadUrl: this.#assertUploads(URL.parse(uploadUrl), url), assets: new Map(assets) };
    } catch (cause) {
      throw answerError(url, cause);
    }
  }

  // The token goes there: only to the API's own host, or to the one for uploads beside it.
  #assertUploads(target: URL | null, from: URL): URL {
    const { apiUrl } = this.#options;
    const hosts = [apiUrl.host, apiUrl.host.replace(/^api\./, 'uploads.')];
    if (target !== null && target.protocol === apiUrl.protocol && hosts.includes(target.host)) return target;
    throw new CliError(
      'ERR_STORE_ANSWER',
      `${displayUrl(from)} names a place for uploads that is not GitHub’s: ${target === null ? 'none' : displayUrl(target)}`,
    );
  }
}

function readAsset(value: JsonValue, at: string): [name: string, sha256: string | undefined] {
  const asset = readObject(value, at, { required: ['name'], open: true });
  const digest = readOptional(asset['digest'] ?? undefined, `${at}.digest`, readString);
  return [readString(asset['name'], `${at}.name`), digest?.replace(/^sha256:/, '')];
}

function readReleases(answer: HttpResponse): JsonObject[] {
  try {
    return readList(
      parseJson(answer.body),
      '$',
      (one, at) => readObject(one, at, { open: true }),
      MAX_RELEASES,
    );
  } catch (cause) {
    throw answerError(answer.url, cause);
  }
}

function readAnswer(answer: HttpResponse): JsonObject {
  try {
    return readObject(parseJson(answer.body), '$', { open: true });
  } catch (cause) {
    throw answerError(answer.url, cause);
  }
}

function answerError(url: URL, cause: unknown): unknown {
  if (!(cause instanceof EncodingError)) return cause;
  const text = `${displayUrl(url)} answered something else than a release: ${cause.message}`;
  return new CliError('ERR_STORE_ANSWER', text, { cause });
}

function refusal(answer: HttpResponse): CliError {
  const text = `GitHub refuses: ${displayUrl(answer.url)} answered ${answer.status}: ${answer.excerpt()}`;
  return new CliError('ERR_STORE_REFUSED', text, { details: { status: answer.status } });
}
