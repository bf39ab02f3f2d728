// SPDX-License-Identifier: Apache-2.0
import type { PublisherIdentity } from './publisher.ts';
import { publisherKey } from './publisher.ts';
import { normalizedProjectName } from './python-version.ts';

/** A publisher of a project. A pending one creates its project when it first gets a token. */
export type PublisherSetting = PublisherIdentity & { readonly project: string; readonly pending?: boolean };

/** Which publishers may publish which projects. */
export class PublisherRegistry {
  #settings: readonly PublisherSetting[];

  constructor(settings: readonly PublisherSetting[]) {
    this.#settings = settings;
  }

  /** The publishers of projects that exist, or those that wait for theirs. */
  list(pending: boolean): PublisherSetting[] {
    return this.#settings.filter((setting) => (setting.pending ?? false) === pending);
  }

  projectsOf(publisher: PublisherIdentity): string[] {
    const key = publisherKey(publisher);
    return this.list(false)
      .filter((setting) => publisherKey(setting) === key)
      .map(({ project }) => project);
  }

  /** A pending publisher's project exists now: others that waited for the name have waited in vain. */
  settle(publisher: PublisherSetting): void {
    const name = normalizedProjectName(publisher.project);
    const others = this.#settings.filter(
      (setting) => !setting.pending || normalizedProjectName(setting.project) !== name,
    );
    this.#settings = [...others, { ...publisher, pending: false }];
  }

  /** Forgets a pending publisher whose project somebody else made. */
  drop(publisher: PublisherSetting): void {
    this.#settings = this.#settings.filter((setting) => setting !== publisher);
  }
}
