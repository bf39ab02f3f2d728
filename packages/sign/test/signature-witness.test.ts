// SPDX-License-Identifier: Apache-2.0
import type { ProvenLogEntry } from '@colophon/attestation';
import { sha256 } from '@colophon/base';
import { RekorError, type LogProposal, type TransparencyLog } from '@colophon/rekor';
import { describe, expect, it } from 'vitest';
import { EphemeralKey, SignatureWitness, SignError } from '../src/index.ts';
import { ToyCa } from './support/toy-ca.ts';
import { leafRecipe } from './support/toy-fulcio.ts';
import { granted, type TimestampRecipe } from './support/toy-tsa.ts';
import { NOW } from './support/toy-token.ts';

const ca = new ToyCa();
const { trustedRoot } = ca;
const PROPOSAL: LogProposal = {
  content: { kind: 'message', sha256: new Uint8Array(32), signature: Uint8Array.of(1, 2, 3) },
  certificate: ca.issue(leafRecipe(new EphemeralKey().publicKeyInfo)),
};

const ENTRY: ProvenLogEntry = {
  logIndex: 1n,
  logId: new Uint8Array(32),
  kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
  inclusionProof: {
    logIndex: 1n,
    rootHash: new Uint8Array(32),
    treeSize: 2n,
    hashes: [],
    checkpoint: 'a\n',
  },
  canonicalizedBody: Uint8Array.of(7),
};

/** Services that write down in which order they were asked, and fail where they are told to. */
class Services {
  readonly asked: string[] = [];

  log(name: string, majorApiVersion: 1 | 2, failure?: Error): TransparencyLog {
    const createEntry = async (): Promise<ProvenLogEntry> => {
      this.asked.push(name);
      if (failure !== undefined) throw failure;
      return ENTRY;
    };
    return { url: `https://${name}.example`, majorApiVersion, createEntry };
  }

  authority(name: string, failure?: Error, change: Partial<TimestampRecipe> = {}) {
    const requestTimestamp = async (signature: Uint8Array) => {
      expect(signature).toBe(PROPOSAL.content.signature);
      this.asked.push(name);
      if (failure !== undefined) throw failure;
      const recipe = { imprint: sha256(signature), nonce: BigInt(name.length), time: NOW, ca, ...change };
      return { der: granted(recipe), time: recipe.time };
    };
    return { requestTimestamp };
  }
}

describe('SignatureWitness', () => {
  it('asks the authorities first and then the logs, one after the other', async () => {
    const services = new Services();
    const witness = new SignatureWitness({
      trustedRoot,
      logs: [services.log('log-1', 2), services.log('log-2', 2)],
      timestampAuthorities: [services.authority('tsa-1'), services.authority('tsa-2')],
    });
    const { timestamps, transparencyEntries } = await witness.witness(PROPOSAL);
    expect(services.asked).toEqual(['tsa-1', 'tsa-2', 'log-1', 'log-2']);
    expect(timestamps).toHaveLength(2);
    expect(transparencyEntries).toEqual([ENTRY, ENTRY]);
  });

  it('logs nothing when one authority fails', async () => {
    const services = new Services();
    const failure = new SignError('ERR_TSA_REFUSED', 'no');
    const witness = new SignatureWitness({
      trustedRoot,
      logs: [services.log('log', 2)],
      timestampAuthorities: [services.authority('tsa-1'), services.authority('tsa-2', failure)],
    });
    await expect(witness.witness(PROPOSAL)).rejects.toBe(failure);
    expect(services.asked).not.toContain('log');
  });

  it.each<[string, Partial<TimestampRecipe>]>([
    ['a time before the certificate', { time: new Date(NOW.getTime() - 1000) }],
    ['a time after the certificate', { time: new Date(NOW.getTime() + 601_000) }],
    ['other data', { imprint: new Uint8Array(32) }],
    ['the signature of an authority that the root does not know', { ca: new ToyCa() }],
    ['signed content that is no timestamp', { contentType: '1.2.840.113549.1.7.1' }],
  ])('logs nothing when a timestamp has %s', async (_title, change) => {
    const services = new Services();
    const witness = new SignatureWitness({
      trustedRoot,
      logs: [services.log('log', 2)],
      timestampAuthorities: [services.authority('tsa', undefined, change)],
    });
    await expect(witness.witness(PROPOSAL)).rejects.toMatchObject({ code: 'ERR_TSA_TIMESTAMP' });
    expect(services.asked).toEqual(['tsa']);
  });

  it('logs nothing when the root knows no authority', async () => {
    const services = new Services();
    const witness = new SignatureWitness({
      trustedRoot: { timestampAuthorities: [] },
      logs: [services.log('log', 1)],
      timestampAuthorities: [services.authority('tsa')],
    });
    await expect(witness.witness(PROPOSAL)).rejects.toMatchObject({ code: 'ERR_TSA_TIMESTAMP' });
  });

  it('asks no second log when the first refuses', async () => {
    const services = new Services();
    const failure = new RekorError('ERR_REKOR_REFUSED', 'no');
    const witness = new SignatureWitness({
      trustedRoot,
      logs: [services.log('log-1', 1, failure), services.log('log-2', 1)],
      timestampAuthorities: [],
    });
    await expect(witness.witness(PROPOSAL)).rejects.toBe(failure);
    expect(services.asked).toEqual(['log-1']);
  });

  it('is not made where nobody would testify to the time', () => {
    const services = new Services();
    const logs = [services.log('log-1', 1), services.log('log-2', 2)];
    expect(() => new SignatureWitness({ trustedRoot, logs, timestampAuthorities: [] })).toThrowError(
      TypeError,
    );
    expect(() => new SignatureWitness({ trustedRoot, logs: [], timestampAuthorities: [] })).toThrowError(
      TypeError,
    );
  });

  it('refuses to testify for what no builder of ours makes', async () => {
    const witness = new SignatureWitness({
      trustedRoot,
      logs: [new Services().log('log', 1)],
      timestampAuthorities: [],
    });
    const messageSignature = { messageDigest: undefined as never, signature: Buffer.of(1) };
    const content = { $case: 'messageSignature', messageSignature } as const;
    await expect(witness.testify(content, '')).rejects.toThrowError(TypeError);
  });
});
