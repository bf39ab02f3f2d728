// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { encodeAttestation, encodePublishStatement, type Attestation } from '@colophon/attestation';
import { decodeUtf8 } from '@colophon/base';
import { writeWhole } from '../files/output-file.ts';
import { attestDists } from '../signing/attesting.ts';
import { reusableAttestation } from './evidence-reuse.ts';
import { note, recordOf, type ProjectRelease } from './project-release.ts';
import type { ReleaseFile } from './release-file.ts';
import type { FileProgress } from './release-report.ts';
import { signingOf, type Attesting, type ReleaseSettings } from './release-settings.ts';
import { attestationOfRecord } from './signed-before.ts';

/** A file with the release that it belongs to. */
export interface Member {
  readonly release: ProjectRelease;
  readonly one: FileProgress;
}

type Settings = ReleaseSettings & { readonly attesting: Attesting };

/** Takes the evidence that lies there already, if it verifies for this publisher; else the file fails. */
export async function takeEvidence({ release, one }: Member, settings: Settings): Promise<void> {
  const { context, attesting } = settings;
  try {
    const judging = { roots: attesting.instance.roots, policies: attesting.policies };
    const found = await reusableAttestation(one.file, attestationPath(one.file, settings), judging);
    if (found === undefined) return;
    one.reused = true;
    await settle({ release, one }, found);
    context.talk.say(`${one.file.filename} has an attestation that verifies; using it`);
  } catch (error) {
    one.fail(error);
  }
}

/** Completes what an earlier run signed. False where that was never logged, and it is too late: it must be signed anew. */
export async function completeEvidence({ release, one }: Member, settings: Settings): Promise<boolean> {
  const { context, attesting } = settings;
  const signed = recordOf(release, one)?.signed;
  if (signed === undefined) throw new TypeError('there is nothing to complete');
  try {
    const made = await attestationOfRecord(one.file, signed, signingOf(settings, attesting));
    if (made === undefined) return false;
    one.reused = true;
    await keep({ release, one }, made, settings);
    context.talk.say(
      `${one.file.filename} was signed by an earlier run, log index ${one.logIndex}; verified`,
    );
  } catch (error) {
    one.fail(error);
  }
  return true;
}

/**
 * Signs and logs an attestation for each file, by one certificate. Each signature is in the journal before the log hears
 * of it, so that no interruption makes a second one necessary.
 */
export async function makeEvidence(members: readonly Member[], settings: Settings): Promise<void> {
  const { context, attesting } = settings;
  const byFile = new Map(members.map((member) => [member.one.file, member]));
  const byStatement = new Map(members.map((member) => [statementOf(member.one.file), member]));
  const keepSignature: NonNullable<ReturnType<typeof signingOf>['keep']> = async ({
    content,
    certificate,
  }) => {
    const member = content.kind === 'dsse' ? byStatement.get(decodeUtf8(content.payload)) : undefined;
    if (content.kind !== 'dsse' || member === undefined) throw new TypeError('a statement of no file');
    const { payload: statement, signature } = content;
    await note(member.release, member.one, { signed: { statement, certificate, signature } });
  };
  const options = { ...signingOf(settings, attesting), keep: keepSignature };
  for await (const made of attestDists([...byFile.keys()], options)) {
    const member = byFile.get(made.file);
    if (member === undefined) continue;
    const { one } = member;
    try {
      if ('error' in made) throw made.error;
      await keep(member, made.attestation, settings);
      context.talk.say(`attested ${one.file.filename}, log index ${one.logIndex}; verified`);
    } catch (error) {
      one.fail(error);
    }
  }
  context.host.signal.throwIfAborted();
}

function statementOf({ filename, digests }: ReleaseFile): string {
  return decodeUtf8(encodePublishStatement({ filename, sha256Hex: digests.sha256 }));
}

async function keep(member: Member, attestation: Attestation, settings: Settings): Promise<void> {
  await writeWhole(attestationPath(member.one.file, settings), encodeAttestation(attestation));
  await settle(member, attestation);
}

async function settle({ release, one }: Member, attestation: Attestation): Promise<void> {
  one.attestation = attestation;
  one.stage = 'attested';
  one.logIndex = String(attestation.transparencyEntries[0]?.logIndex);
  await note(release, one, { logIndex: one.logIndex });
}

/** Where the evidence about a file is kept. */
export function attestationPath(file: ReleaseFile, { outputDirectory }: ReleaseSettings): string {
  return join(outputDirectory ?? dirname(file.path), `${file.filename}.publish.attestation`);
}
