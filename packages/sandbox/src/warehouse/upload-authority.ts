// SPDX-License-Identifier: Apache-2.0
import type { SandboxRequest } from '../http-service.ts';
import type { Catalog } from './catalog.ts';
import type { Identity } from './credentials.ts';
import { pythonQuoted } from './python-text.ts';
import { normalizedProjectName } from './python-version.ts';
import { Refusal, seeHelp } from './refusal.ts';

/** A project that exists, or that this upload brings about. */
export interface UploadTarget {
  readonly name: string;
  readonly owner: string;
}

interface AuthoritySetting {
  readonly request: SandboxRequest;
  readonly catalog: Catalog;
  readonly identity: Identity;
  readonly now: Date;
}

/** Names of the standard library that somebody might try; the real list has all of them. */
const STANDARD_LIBRARY = new Set([
  'argparse',
  'asyncio',
  'dataclasses',
  'email',
  'json',
  'os',
  'pathlib',
  'sys',
  'typing',
]);

/** Finds or founds the project and holds the identity to it (pypi.md §3, checks 5 and 6). @throws Refusal 400, 403 */
export function authorizeUpload(name: string, setting: AuthoritySetting): UploadTarget {
  const target = findOrFound(name, setting);
  assertAllowed(target, setting);
  return target;
}

function findOrFound(name: string, { request, catalog, identity }: AuthoritySetting): UploadTarget {
  const existing = catalog.find(name);
  if (existing) return existing;
  if (identity.kind === 'publisher')
    throw new Refusal(
      400,
      'Non-user identities cannot create new projects. This was probably caused by successfully using a pending publisher ' +
        "but specifying the project name incorrectly (either in the publisher or in your project's metadata). Please " +
        'ensure that both match. See: https://docs.pypi.org/trusted-publishers/troubleshooting/',
    );
  assertFoundable(name, request, catalog);
  return { name, owner: identity.user };
}

/** Whether a project of this name may come into being. @throws Refusal 400 */
export function assertFoundable(name: string, request: SandboxRequest, catalog: Catalog): void {
  const help = seeHelp(request, 'project-name');
  const similar = lookalike(name);
  if (catalog.projects().some((project) => lookalike(project.name) === similar))
    throw new Refusal(400, `The name ${pythonQuoted(name)} is too similar to an existing project. ${help}`);
  if (STANDARD_LIBRARY.has(normalizedProjectName(name)))
    throw new Refusal(
      400,
      `The name ${pythonQuoted(name)} isn't allowed (conflict with Python Standard Library module name). ${help}`,
    );
}

// One text for names that look alike: no separators, and one sign each for l, i, 1 and for o, 0.
function lookalike(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '').replaceAll(/[li]/g, '1').replaceAll('o', '0');
}

function assertAllowed({ name, owner }: UploadTarget, { request, identity, now }: AuthoritySetting): void {
  const project = normalizedProjectName(name);
  if (identity.kind === 'publisher') {
    if (!identity.projects.has(project))
      throw new Refusal(
        403,
        `Invalid API Token: OIDC scoped token is not valid for project ${pythonQuoted(name)}`,
      );
    if (now >= identity.expires) throw new Refusal(403, 'Invalid API Token: token is expired');
    return;
  }
  if (identity.projects && !identity.projects.has(project))
    throw new Refusal(
      403,
      `Invalid API Token: project-scoped token is not valid for project: ${pythonQuoted(name)}`,
    );
  if (identity.user !== owner)
    throw new Refusal(
      403,
      `The user '${identity.user}' isn't allowed to upload to project '${name}'. ${seeHelp(request, 'project-name')}`,
    );
}
