// SPDX-License-Identifier: Apache-2.0
import type { Handler } from '../http-service.ts';
import type { TufRepository } from './tuf-repository.ts';

/** Serves the files of a repository, as a static host would. */
export function tufHandler(repository: TufRepository): Handler {
  return (request) => {
    const read = request.method === 'GET' || request.method === 'HEAD';
    const body = read ? repository.file(request.url.pathname.slice(1)) : undefined;
    if (!body) return Promise.resolve({ status: read ? 404 : 405 });
    return Promise.resolve({ status: 200, headers: { 'content-type': 'application/json' }, body });
  };
}
