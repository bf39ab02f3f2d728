// SPDX-License-Identifier: Apache-2.0
import type { ReleaseMetadata } from './metadata-rules.ts';
import { Refusal, seeHelp } from './refusal.ts';
import type { SandboxRequest } from '../http-service.ts';

/** Says whether a text is reStructuredText that can be rendered. */
export type RstJudge = (text: string) => Promise<boolean>;

/**
 * The check of the description (pypi.md §3, check 8). Only reStructuredText can fail, and only where the sandbox was
 * given somebody who renders it. @throws Refusal 400
 */
export async function assertDescription(
  { description, descriptionContentType }: ReleaseMetadata,
  request: SandboxRequest,
  judge: RstJudge | undefined,
): Promise<void> {
  if (description === undefined || !judge) return;
  const type = descriptionContentType?.split(';', 1)[0]?.trim().toLowerCase() ?? 'text/x-rst';
  if (type !== 'text/x-rst' || (await judge(description))) return;
  const message =
    descriptionContentType === undefined
      ? 'The description failed to render in the default format of reStructuredText.'
      : `The description failed to render for '${descriptionContentType}'.`;
  throw new Refusal(400, `${message} ${seeHelp(request, 'description-content-type')}`);
}
