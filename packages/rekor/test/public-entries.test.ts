// SPDX-License-Identifier: Apache-2.0
import { parseBundle, transparencyLogEntryToJson } from '@colophon/attestation';
import { sha256 } from '@colophon/base';
import { haveVectors, readVector, readVectorText } from '@colophon/vectors';
import { describe, expect, it } from 'vitest';
import { canonicalHashedRekordV2, type LogProposal, processTransparencyLogEntry } from '../src/index.ts';

/** What must have been proposed for a bundle to be what it is. */
function proposalOf(folder: string): LogProposal & { entryJson: string } {
  const { keyMaterial, content, transparencyEntries } = parseBundle(
    readVectorText(`conformance/bundle-verify/${folder}/bundle.sigstore.json`),
  );
  const [entry] = transparencyEntries;
  if (keyMaterial.kind !== 'certificate' || entry === undefined) throw new Error('not a keyless bundle');
  const [certificate] = keyMaterial.chain;
  const entryJson = JSON.stringify(transparencyLogEntryToJson(entry));
  if (content.kind === 'dsse') return { content, certificate, entryJson };
  const digest = sha256(readVector('conformance/a.txt'));
  return {
    content: { kind: 'message', sha256: digest, signature: content.signature },
    certificate,
    entryJson,
  };
}

describe.runIf(haveVectors)('entries of public Rekor v2 logs', () => {
  it.each(['rekor2-happy-path', 'rekor2-dsse-happy-path'])('%s is what its proposal comes to', (folder) => {
    const { entryJson, ...proposal } = proposalOf(folder);
    const entry = processTransparencyLogEntry(entryJson, proposal);
    expect(entry.canonicalizedBody).toEqual(canonicalHashedRekordV2(proposal));
  });
});
