// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { decodeUtf8 } from '@colophon/base';
import { HttpClient } from '@colophon/http';
import type { Context } from './command.ts';
import { readWhole } from './files/input-file.ts';
import { VERSION } from './version.ts';

/** Runs `use` with the one client of this run, and closes its connections whatever happens. */
export async function withClient<T>(context: Context, use: (http: HttpClient) => Promise<T>): Promise<T> {
  const http = await openClient(context);
  try {
    return await use(http);
  } finally {
    await http.close();
  }
}

async function openClient({ host, options, talk }: Context): Promise<HttpClient> {
  const env = host.environment;
  const httpsProxy = env['HTTPS_PROXY'] || env['https_proxy'];
  const httpProxy = env['HTTP_PROXY'] || env['http_proxy'];
  const noProxy = env['NO_PROXY'] || env['no_proxy'];
  return new HttpClient({
    userAgent: `colophon/${VERSION}`,
    timeBudgetMs: options.timeBudgetMs,
    onRetry: ({ error, delayMs }) =>
      talk.say(`${error.message}; trying again in ${(delayMs / 1000).toFixed(1)} s`),
    ...(options.caCert === undefined
      ? {}
      : { caCertificates: [decodeUtf8(await readWhole(resolve(host.workingDirectory, options.caCert)))] }),
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(httpProxy ? { httpProxy } : {}),
    ...(noProxy ? { noProxy } : {}),
  });
}
