// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';
import type { RunCommand } from './command-token.ts';

/** Environment variables, as given by whoever may read them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What tells where we run. */
export interface AmbientPlace {
  readonly environment: Environment;
  /** Reads a small text file of the machine; undefined where there is none. Without it machines are not looked at. */
  readonly readFile?: (path: string) => string | undefined;
}

export interface AmbientRequest extends AmbientPlace {
  readonly audience: string;
  readonly http: HttpClient;
  /** A client that uses no proxy, for services on the machine's own link. Default: `http`. */
  readonly directHttp?: HttpClient;
  /** Runs the tools by which some places give their tokens. Without it such a place is an error. */
  readonly runCommand?: RunCommand;
  /** Where Google's services are instead of at their fixed names, for tests: origins, such as `http://127.0.0.1:1`. */
  readonly google?: { readonly metadata: string; readonly iamCredentials: string };
  readonly signal?: AbortSignal;
}

/** A place that gives identity tokens to the jobs that it runs. */
export interface AmbientProvider {
  readonly name: string;
  /** Whether asking again gives another token, with a life of its own. */
  readonly renewable: boolean;
  /** Whether we run there. Once detected, what fails there is an error, and no other provider is asked. */
  detect(place: AmbientPlace): boolean;
  requestToken(request: AmbientRequest): Promise<string>;
}
