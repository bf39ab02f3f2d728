// SPDX-License-Identifier: Apache-2.0
import { startSandbox } from '@colophon/sandbox';
import type { Claims } from '../stack/issuers.ts';
import { issuers } from '../stack/issuers.ts';
import type { Stack } from '../stack/stack.ts';
import { type Aspect, messageOf, shapeOf } from './answer-shape.ts';
import { covers, type KnownDifference, knownDifferences } from './known-differences.ts';
import { renderComparison } from './report.ts';
import type { ComparedRequest, ComparedService, WantedToken } from './request.ts';
import { fulcioRequests } from './requests/fulcio.ts';
import { FIRST_ENTRY, rekor1Requests } from './requests/rekor1.ts';
import { rekor2Requests } from './requests/rekor2.ts';
import { tsaRequests } from './requests/tsa.ts';
import { type Answer, send } from './send.ts';

/** One request, what both sides answered, and where the answers differ. */
export interface Comparison {
  readonly request: ComparedRequest;
  readonly real: Answer;
  readonly sandbox: Answer;
  readonly differences: readonly {
    readonly aspect: Aspect;
    readonly real: string;
    readonly sandbox: string;
  }[];
}

export interface ComparisonCounts {
  readonly requests: number;
  /** Requests that the real service refused. */
  readonly bad: number;
  readonly same: number;
  /** Answers that differ in nothing but what the table says. */
  readonly different: number;
  /** Refusals that both sides give in the same words, positions and numbers of a log aside. */
  readonly sameWords: number;
}

export interface SandboxComparison {
  /** Counts, and the table of differences that are meant. */
  readonly table: string;
  readonly counts: ComparisonCounts;
  /** What is not as it must be, one line each. */
  readonly faults: readonly string[];
}

/** One of the two sides: where its services are, and who issues its tokens. */
interface Side {
  readonly urls: Readonly<Record<ComparedService, string>>;
  readonly issueToken: (token: WantedToken) => Promise<string>;
}

/** Sends one list of requests to the services of a stack and to those of a sandbox of its own, and compares the answers. */
export async function compareSandbox(stack: Stack): Promise<SandboxComparison> {
  const sandbox = await startSandbox();
  const { fulcio, rekor, rekorV2, tsa } = sandbox.urls;
  const ours: Side = {
    urls: { fulcio, rekor1: rekor, rekor2: rekorV2, rekor2Tiles: `${rekorV2}/api/v2`, tsa },
    issueToken: ({ kind, claims }) =>
      sandbox.issueToken({ kind, claims: { ...issuers[kind].claims, ...(claims as Claims) } }),
  };
  const real: Side = {
    urls: { ...stack.urls, tsa: new URL(stack.urls.tsa).origin },
    // The claims of a stack are plain values for all who sign; here some are lists and objects.
    issueToken: ({ kind, claims }) => Promise.resolve(stack.issueToken(kind, claims as Claims)),
  };
  try {
    const lists = [fulcioRequests(), rekor1Requests(), rekor2Requests(), tsaRequests()];
    const compared = await Promise.all(lists.map((list) => compareList(list, real, ours)));
    return judge(compared.flat());
  } finally {
    await sandbox.close();
  }
}

/** One after the other: what a log answers depends on what it has. */
async function compareList(list: readonly ComparedRequest[], real: Side, ours: Side): Promise<Comparison[]> {
  const [ofReal, ofOurs] = [new FirstEntry(), new FirstEntry()];
  const compared: Comparison[] = [];
  for (const request of list) {
    const answers = await Promise.all([ask(request, real, ofReal), ask(request, ours, ofOurs)]);
    compared.push(compareAnswers(request, ...answers));
  }
  return compared;
}

async function ask(request: ComparedRequest, side: Side, first: FirstEntry): Promise<Answer> {
  const { service, name, method, path, headers, body, token } = request;
  const bearer = token && token.change(await side.issueToken(token));
  const answer = await send({
    method,
    url: side.urls[service] + first.fill(path),
    headers: { ...headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
    body: typeof body === 'string' ? first.fill(body) : body,
  });
  if (service === 'rekor1' && name === FIRST_ENTRY) first.learn(answer);
  return answer;
}

/** The ids of the first entry that a log took, for the requests that look for it. */
class FirstEntry {
  #uuid = '';
  #index = 0;

  learn({ body }: Answer): void {
    const answer = JSON.parse(body.toString()) as Readonly<Record<string, { readonly logIndex?: number }>>;
    const [[uuid, entry] = ['', {}]] = Object.entries(answer);
    this.#uuid = uuid;
    this.#index = entry.logIndex ?? 0;
  }

  fill(text: string): string {
    if (this.#uuid === '') return text;
    const tree = String(BigInt(`0x${this.#uuid.slice(0, 16)}`));
    return text
      .replaceAll('{uuid}', this.#uuid)
      .replaceAll('{hash}', this.#uuid.slice(16))
      .replaceAll('{tree}', tree)
      .replaceAll('{index}', String(this.#index))
      .replaceAll('{next}', String(this.#index + 1));
  }
}

function compareAnswers(request: ComparedRequest, real: Answer, sandbox: Answer): Comparison {
  const [expected, given] = [shapeOf(real), shapeOf(sandbox)];
  const aspects = Object.keys(expected) as Aspect[];
  const differences = aspects
    .filter((aspect) => expected[aspect] !== given[aspect])
    .map((aspect) => ({ aspect, real: expected[aspect], sandbox: given[aspect] }));
  return { request, real, sandbox, differences };
}

function judge(compared: readonly Comparison[]): SandboxComparison {
  const faults: string[] = [];
  const used = new Set<KnownDifference>();
  for (const { request, differences } of compared) {
    for (const { aspect, real, sandbox } of differences) {
      const known = knownDifferences.find((row) => covers(row, request, aspect));
      if (known) used.add(known);
      else
        faults.push(
          `${request.service}, ${request.name}: ${aspect} is ${sandbox}, of the real service ${real}`,
        );
    }
  }
  for (const row of knownDifferences)
    if (!used.has(row)) faults.push(`${row.service}, ${row.request}: does not differ any more`);
  const counts = countsOf(compared);
  return { counts, faults, table: renderComparison(counts, compared) };
}

function countsOf(compared: readonly Comparison[]): ComparisonCounts {
  const same = compared.filter(({ differences }) => differences.length === 0).length;
  return {
    requests: compared.length,
    bad: compared.filter(({ real }) => real.status >= 400).length,
    same,
    different: compared.length - same,
    sameWords: compared.filter(({ real, sandbox }) => {
      const words = messageOf(real);
      return words !== undefined && plain(words) === plain(messageOf(sandbox) ?? '');
    }).length,
  };
}

/** Without positions in JSON and the numbers of a log; protobuf writes its blanks in one of two ways at random. */
function plain(words: string): string {
  return words
    .replaceAll('\u00a0', ' ')
    .replaceAll(/\(line \d+:\d+\): /g, '')
    .replaceAll(/[0-9a-f]{64,}|\d+/g, 'N');
}
