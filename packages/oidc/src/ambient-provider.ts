// SPDX-License-Identifier: Apache-2.0
import type { HttpClient } from '@colophon/http';

/** Environment variables, as given by whoever may read them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface AmbientRequest {
  readonly environment: Environment;
  readonly audience: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

/** A place that gives identity tokens to the jobs that it runs. */
export interface AmbientProvider {
  readonly name: string;
  /** Whether we run there. Once detected, what fails there is an error, and no other provider is asked. */
  detect(environment: Environment): boolean;
  requestToken(request: AmbientRequest): Promise<string>;
}
