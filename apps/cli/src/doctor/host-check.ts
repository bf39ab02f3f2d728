// SPDX-License-Identifier: Apache-2.0
import { isAppError } from '@colophon/base';
import { HttpError, type HttpClient } from '@colophon/http';
import type { PackageIndex } from '@colophon/pypi';
import { selectServices } from '@colophon/trust';
import type { Context } from '../command.ts';
import { mapLimited } from '../concurrency.ts';
import { loadInstance, type Instance } from '../trust/instance.ts';

/** A host that a release needs. */
export interface HostCheck {
  readonly purpose: string;
  readonly origin: string;
  /** What it answered; undefined where it could not be reached. */
  readonly status: number | undefined;
  /** Why not. */
  readonly failure: string | undefined;
}

type Needed = Pick<HostCheck, 'purpose' | 'origin'>;

const TIMEOUT_MS = 10_000;
const AT_ONCE = 8;
// Any answer shows that the way is open.
const ANSWERS = [408, 429, ...range(300, 400), ...range(500, 600)];
const FILE_HOSTS: Readonly<Record<string, string>> = {
  pypi: 'https://files.pythonhosted.org',
  testpypi: 'https://test-files.pythonhosted.org',
};

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** Tries every host that a release to this index needs; a failure of one is in the result. */
export async function checkHosts(
  index: PackageIndex,
  context: Context,
  http: HttpClient,
): Promise<HostCheck[]> {
  const instance = await instanceOf(context);
  const needed = [
    ...hostsOfIndex(index),
    ...('failure' in instance ? [] : hostsOfInstance(instance, context)),
  ];
  const distinct = needed.filter(({ origin }, at) => needed.findIndex((one) => one.origin === origin) === at);
  const checked = await mapLimited(distinct, AT_ONCE, (host) => tryHost(host, http, context.host.signal));
  return 'failure' in instance ? [...checked, instance] : checked;
}

// What trust starts from is fetched too: where that fails, nothing else of the instance is known.
async function instanceOf(context: Context): Promise<Instance | HostCheck> {
  try {
    return await loadInstance(context);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { purpose: 'trust material', origin: '', status: undefined, failure: error.message };
  }
}

function hostsOfIndex({ uploadUrl, simpleUrl, name }: PackageIndex): Needed[] {
  const files = FILE_HOSTS[name];
  return [
    { purpose: 'uploads and their tokens', origin: new URL(uploadUrl).origin },
    ...(simpleUrl === undefined ? [] : [{ purpose: 'the index’s pages', origin: new URL(simpleUrl).origin }]),
    ...(files === undefined ? [] : [{ purpose: 'files, to read back', origin: files }]),
  ];
}

function hostsOfInstance({ signingConfig, origin }: Instance, { host }: Context): Needed[] {
  const now = host.now();
  const { fulcioUrl, logs } = selectServices(signingConfig, {
    now,
    rekorApiVersions: [1],
    timestamps: false,
  });
  return [
    { purpose: 'certificates', origin: new URL(fulcioUrl).origin },
    ...logs.map(({ url }) => ({ purpose: 'the transparency log', origin: new URL(url).origin })),
    ...(origin.kind === 'tuf'
      ? [{ purpose: 'trust material', origin: new URL(origin.location).origin }]
      : []),
  ];
}

async function tryHost(host: Needed, http: HttpClient, signal: AbortSignal): Promise<HostCheck> {
  try {
    const limits = { timeoutMs: TIMEOUT_MS, attemptTimeoutMs: TIMEOUT_MS, retry: 'never' } as const;
    const url = new URL('/', host.origin);
    const { status } = await http.request({ method: 'HEAD', url, ...limits, passStatuses: ANSWERS, signal });
    return { ...host, status, failure: undefined };
  } catch (error) {
    if (!(error instanceof HttpError) || signal.aborted) throw error;
    return { ...host, status: undefined, failure: error.message };
  }
}
