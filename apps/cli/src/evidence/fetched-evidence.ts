// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import type { CliError } from '../cli-error.ts';
import type { Context } from '../command.ts';
import type { Trust } from '../trust/instance.ts';
import type { DetachedFiles } from './detached-evidence.ts';
import type { EvidenceFile } from './evidence.ts';
import { noEvidence, type EvidenceSource, type Origin, type SoughtArtifact } from './evidence-source.ts';

/** Evidence that a server is asked for: of an origin, or of a log, about a detached signature. */
export interface Fetching {
  readonly detached: Partial<DetachedFiles>;
  readonly origin: Origin | undefined;
}

interface Opened {
  readonly http: HttpClient;
  readonly source: EvidenceSource;
}

/** How many files a server is asked about at once. */
const LANES = 4;

/** Opens its connections when the first file needs them: most verdicts need no network, and none of what knows it. */
export class FetchedEvidence implements EvidenceSource {
  readonly #fetching: Fetching;
  readonly #setting: { readonly context: Context; readonly trust: Trust };
  readonly #lanes: Promise<unknown>[] = [];
  #asked = 0;
  #opened: Promise<Opened> | undefined;
  #source: EvidenceSource | undefined;

  constructor(fetching: Fetching, setting: { readonly context: Context; readonly trust: Trust }) {
    this.#fetching = fetching;
    this.#setting = setting;
  }

  /** Opens them now, where it is known that they will be needed: what is wrong with them is then no file's fault. */
  open(): Promise<Opened> {
    return (this.#opened ??= this.#connect());
  }

  find(artifact: SoughtArtifact): Promise<readonly EvidenceFile[]> {
    const lane = this.#asked++ % LANES;
    const ask = async () => (await this.open()).source.find(artifact);
    const answer = (this.#lanes[lane] ?? Promise.resolve()).then(ask);
    this.#lanes[lane] = answer.catch(() => undefined);
    return answer;
  }

  absence(artifact: SoughtArtifact): CliError {
    return this.#source?.absence(artifact) ?? noEvidence(artifact.shown, 'was fetched');
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.http.close();
  }

  async #connect(): Promise<Opened> {
    const [{ openClient }, { detachedSource, fetchedSource }] = await Promise.all([
      import('../client.ts'),
      import('./fetched-source.ts'),
    ]);
    const { context, trust } = this.#setting;
    const { detached, origin } = this.#fetching;
    const http = await openClient(context);
    this.#source =
      origin === undefined
        ? detachedSource(detached, { trust, http, signal: context.host.signal })
        : fetchedSource(origin, http, context);
    return { http, source: this.#source };
  }
}
