// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The part of github.com that leads to source archives: a token is taken there, and must not go on to where it leads. */
export async function startArchiveServer(
  repository: string,
  token: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const form = /\.(zip|tar\.gz)$/.exec(request.url ?? '')?.[1];
    const { authorization } = request.headers;
    if (request.url?.startsWith(`${repository}/archive/refs/tags/`) && authorization === `Bearer ${token}`)
      response.writeHead(302, { location: `/codeload/source.${form}` }).end();
    else if (request.url?.startsWith('/codeload/') && authorization === undefined)
      response.writeHead(200).end(`the ${form} archive`);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
