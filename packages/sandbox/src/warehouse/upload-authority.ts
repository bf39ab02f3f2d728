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

/** Accounts, projects and names that the index has something against. */
export interface Barred {
  /** Users without a verified address, and without a second factor: no upload with their tokens. */
  readonly unverifiedUsers?: readonly string[];
  readonly usersWithoutTwoFactor?: readonly string[];
  /** Projects of an organization that is not active. */
  readonly inactiveProjects?: readonly string[];
  /** Projects that are archived or in quarantine: nobody may upload. */
  readonly closedProjects?: readonly string[];
  readonly prohibitedNames?: readonly string[];
  /** How many projects a user may found; none by default. */
  readonly newProjects?: number;
  /** No projects are founded at all. */
  readonly registration?: boolean;
}

interface AuthoritySetting {
  readonly barred: Barred;
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
  assertAccount(target, setting);
  return target;
}

function findOrFound(name: string, setting: AuthoritySetting): UploadTarget {
  const { request, catalog, identity, barred } = setting;
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
  assertRegistration(name, identity.user, setting);
  const founded = catalog.projects().filter(({ owner }) => owner === identity.user).length;
  if (founded >= (barred.newProjects ?? Number.POSITIVE_INFINITY))
    throw new Refusal(429, 'Too many new projects created');
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

function assertRegistration(name: string, user: string, { request, barred }: AuthoritySetting): void {
  if (barred.registration)
    throw new Refusal(
      403,
      `New project registration temporarily disabled. ${seeHelp(request, 'admin-intervention')}`,
    );
  if (has(barred.unverifiedUsers, user)) throw unverified(user, request);
  if (has(barred.prohibitedNames, normalizedProjectName(name)))
    throw new Refusal(
      400,
      `The name ${pythonQuoted(name)} isn't allowed. ${seeHelp(request, 'project-name')}`,
    );
}

// The user's own standing comes after the right to the project (pypi.md §3, check 7).
function assertAccount({ name }: UploadTarget, { request, identity, barred }: AuthoritySetting): void {
  if (identity.kind === 'user') {
    const { user } = identity;
    if (has(barred.unverifiedUsers, user)) throw unverified(user, request);
    if (has(barred.usersWithoutTwoFactor, user))
      throw new Refusal(
        403,
        `User ${pythonQuoted(user)} does not have two-factor authentication enabled. Please enable two-factor ` +
          `authentication before attempting to upload to PyPI. ${seeHelp(request, 'two-factor-authentication')}`,
      );
  }
  if (has(barred.inactiveProjects, normalizedProjectName(name)))
    throw new Refusal(
      400,
      'Organization account owning this project is inactive. This may be due to inactive billing for Company ' +
        'Organizations, or administrator intervention for Community Organizations. Please contact support+orgs@pypi.org.',
    );
}

function unverified(user: string, request: SandboxRequest): Refusal {
  return new Refusal(
    403,
    `User ${pythonQuoted(user)} does not have a verified primary email address. Please add a verified primary email ` +
      `before attempting to upload to PyPI. ${seeHelp(request, 'verified-email')}`,
  );
}

function has(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) ?? false;
}

// One text for names that look alike: no separators, and one sign each for l, i, 1 and for o, 0.
function lookalike(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '').replaceAll(/[li]/g, '1').replaceAll('o', '0');
}

function assertAllowed({ name, owner }: UploadTarget, setting: AuthoritySetting): void {
  const { request, identity, now, barred } = setting;
  const project = normalizedProjectName(name);
  const closed = has(barred.closedProjects, project);
  if (identity.kind === 'publisher') {
    if (!identity.projects.has(project))
      throw new Refusal(
        403,
        `Invalid API Token: OIDC scoped token is not valid for project ${pythonQuoted(name)}`,
      );
    if (now >= identity.expires) throw new Refusal(403, 'Invalid API Token: token is expired');
    if (closed)
      throw new Refusal(
        403,
        `The given token isn't allowed to upload to project '${name}'. ${seeHelp(request, 'project-name')}`,
      );
    return;
  }
  if (identity.projects && !identity.projects.has(project))
    throw new Refusal(
      403,
      `Invalid API Token: project-scoped token is not valid for project: ${pythonQuoted(name)}`,
    );
  if (identity.user !== owner || closed)
    throw new Refusal(
      403,
      `The user '${identity.user}' isn't allowed to upload to project '${name}'. ${seeHelp(request, 'project-name')}`,
    );
}
