// SPDX-License-Identifier: Apache-2.0
import type { JsonObject } from '@colophon/base';
import type { SandboxRequest, SandboxResponse } from '../http-service.ts';
import { judgeUploadedAttestations } from './attestation-rules.ts';
import type { Release, StoredFile } from './catalog.ts';
import type { Identity } from './credentials.ts';
import { readSoundArchive } from './archive/archive-rules.ts';
import { assertLicenseFiles, assertWheelMembers } from './archive/wheel-rules.ts';
import { assertDescription } from './description-rule.ts';
import { assertFilename, assertNamedForRelease } from './filename-rules.ts';
import { assertForm, sanitizeForm } from './form-rules.ts';
import { type ReleaseMetadata, readReleaseMetadata } from './metadata-rules.ts';
import { pythonQuoted } from './python-text.ts';
import { Refusal, seeHelp } from './refusal.ts';
import { authorizeUpload, type UploadTarget } from './upload-authority.ts';
import { readUploadForm, type UploadedFile, type UploadForm } from './upload-form.ts';
import type { WarehouseContext } from './warehouse-context.ts';

const OK: SandboxResponse = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: '',
};
const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** `POST /legacy/`: one file into the index, or one refusal and nothing changed (pypi.md §3). @throws Refusal */
export async function handleUpload(
  context: WarehouseContext,
  request: SandboxRequest,
): Promise<SandboxResponse> {
  const form = await readUploadForm(request, await context.storage());
  let taken = false;
  try {
    assertAction(form.get(':action') ?? request.url.searchParams.get(':action') ?? '');
    const identity = identify(context, request);
    sanitizeForm(form);
    assertForm(form);
    const metadata = readReleaseMetadata(form, context.takesClassifier);
    taken = await context.catalog.exclusively(() => accept(context, { request, form, identity, metadata }));
    return OK;
  } finally {
    if (!taken) await form.discard();
  }
}

function assertAction(action: string): void {
  if (action === 'submit' || action === 'submit_pkg_info')
    throw new Refusal(
      410,
      'Project pre-registration is no longer required or supported, upload your files instead.',
    );
  if (action === 'doc_upload')
    throw new Refusal(
      410,
      'Uploading documentation is no longer supported, we recommend using https://readthedocs.org/.',
    );
  if (action !== 'file_upload') throw new Refusal(405, 'Method Not Allowed');
}

function identify({ flags, credentials }: WarehouseContext, request: SandboxRequest): Identity {
  if (flags.readOnly) throw new Refusal(403, 'Read-only mode: Uploads are temporarily disabled.');
  if (flags.disallowNewUploads)
    throw new Refusal(403, `New uploads are temporarily disabled. ${seeHelp(request, 'admin-intervention')}`);
  const identity = credentials.identify(request);
  if (!identity)
    throw new Refusal(
      403,
      `Invalid or non-existent authentication information. ${seeHelp(request, 'invalid-auth')}`,
    );
  return identity;
}

interface Upload {
  readonly request: SandboxRequest;
  readonly form: UploadForm;
  readonly identity: Identity;
  readonly metadata: ReleaseMetadata;
}

// The answer tells whether the file was taken over: the same file once more is fine, and changes nothing.
async function accept(context: WarehouseContext, upload: Upload): Promise<boolean> {
  const { form, identity, metadata, request } = upload;
  const { content } = form;
  if (!content) throw new Refusal(400, 'Upload payload does not have a file.');
  const now = context.clock.now();
  const target = authorizeUpload(metadata.name, {
    request,
    catalog: context.catalog,
    identity,
    now,
    barred: context.barred,
  });
  const filetype = form.get('filetype') === 'sdist' ? 'sdist' : 'bdist_wheel';
  await assertDescription(metadata, request, context.renderRst);
  assertFilename(content.filename, filetype);
  assertContent(context, upload, content);
  if (isPresent(context, request, content)) return false;
  const release = context.catalog.find(target.name)?.releases.get(metadata.version.canonical);
  if (release) assertOpen(release, filetype, now);
  const archive = await readSoundArchive(content.path, content.filename);
  assertNamedForRelease(content.filename, target.name, metadata);
  assertLicenseFiles(archive, content.filename, metadata.licenseFiles);
  if (filetype === 'bdist_wheel') await assertWheelMembers(archive, content.filename);
  const provenance = await judgeProvenance(context, upload, content);
  const { filename, size, digests, path } = content;
  const pythonVersion = form.get('pyversion') || 'source';
  const { requiresPython } = metadata;
  const common = { filename, size, digests, path, filetype, pythonVersion, requiresPython } as const;
  store(context, upload, { target, file: { ...common, provenance, uploadTime: now } });
  return true;
}

function assertContent(
  { catalog, maxFileBytes, maxProjectBytes }: WarehouseContext,
  { form, metadata, request }: Upload,
  content: UploadedFile,
): void {
  if (content.contentType.startsWith('image/')) throw new Refusal(400, 'Invalid distribution file.');
  if (content.size > maxFileBytes)
    throw new Refusal(
      400,
      `File too large. Limit for project ${pythonQuoted(metadata.name)} is ${Math.floor(maxFileBytes / MIB)} MB. ` +
        seeHelp(request, 'file-size-limit'),
    );
  const stored = catalog.files(metadata.name).reduce((sum, { size }) => sum + size, 0);
  if (stored + content.size > maxProjectBytes)
    throw new Refusal(
      400,
      `Project size too large. Limit for project ${pythonQuoted(metadata.name)} total size is ` +
        `${Math.floor(maxProjectBytes / GIB)} GB. See ${request.url.origin}/docs/project-management/storage-limits` +
        '#requesting-a-project-size-limit-increase',
    );
  const given = (name: keyof UploadedFile['digests']) => form.get(`${name}_digest`)?.toLowerCase();
  for (const name of ['md5', 'sha256', 'blake2_256'] as const)
    if ((given(name) || content.digests[name]) !== content.digests[name])
      throw new Refusal(
        400,
        'The digest supplied does not match a digest calculated from the uploaded file.',
      );
}

function isPresent({ catalog }: WarehouseContext, request: SandboxRequest, content: UploadedFile): boolean {
  const { filename, digests } = content;
  const { sha256, blake2_256 } = digests;
  const same = catalog
    .files()
    .find((file) => file.filename === filename || file.digests.blake2_256 === blake2_256);
  if (same && same.filename === filename && same.digests.sha256 === sha256) return true;
  if (same)
    throw new Refusal(
      400,
      `File already exists (${pythonQuoted(filename)}, with blake2_256 hash ${pythonQuoted(blake2_256)}). ` +
        seeHelp(request, 'file-name-reuse'),
    );
  if (catalog.wasUsed(filename))
    throw new Refusal(
      400,
      'This filename was previously used by a file that has since been deleted. Use a different version. ' +
        seeHelp(request, 'file-name-reuse'),
    );
  return false;
}

function assertOpen({ created, files }: Release, filetype: StoredFile['filetype'], now: Date): void {
  if (now.getTime() - created.getTime() > 14 * DAY_MS)
    throw new Refusal(400, 'Uploading new files to releases older than 14 days is not allowed.');
  if (filetype === 'sdist' && files.some((file) => file.filetype === 'sdist'))
    throw new Refusal(400, 'Only one sdist may be uploaded per release.');
}

async function judgeProvenance(
  { flags, bundleVerifier }: WarehouseContext,
  { form, identity }: Upload,
  { filename, digests: { sha256 } }: UploadedFile,
): Promise<JsonObject | undefined> {
  const field = form.get('attestations');
  if (field === undefined || flags.disableAttestations) return undefined;
  return judgeUploadedAttestations(field, { identity, file: { filename, sha256 }, bundleVerifier });
}

function store(
  { catalog }: WarehouseContext,
  { metadata: { name, version, summary } }: Upload,
  { target, file }: { target: UploadTarget; file: StoredFile },
): void {
  const { canonical, text } = version;
  catalog.add({
    project: { name, owner: target.owner },
    release: { canonical, version: text, summary },
    file,
  });
}
