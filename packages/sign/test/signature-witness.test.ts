// SPDX-License-Identifier: Apache-2.0
import type { ProvenLogEntry } from '@colophon/attestation';
import { RekorError, type LogProposal, type TransparencyLog } from '@colophon/rekor';
import { describe, expect, it } from 'vitest';
import { EphemeralKey, SignatureWitness, SignError } from '../src/index.ts';
import { ToyCa } from './support/toy-ca.ts';
import { leafRecipe } from './support/toy-fulcio.ts';
import { NOW } from './support/toy-token.ts';

const PROPOSAL: LogProposal = {
  content: { kind: 'message', sha256: new Uint8Array(32), signature: Uint8Array.of(1, 2, 3) },
  certificate: new ToyCa().issue(leafRecipe(new EphemeralKey().publicKeyInfo)),
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

  authority(name: string, failure?: Error, time = NOW) {
    const requestTimestamp = async (signature: Uint8Array) => {
      expect(signature).toBe(PROPOSAL.content.signature);
      this.asked.push(name);
      if (failure !== undefined) throw failure;
      return { der: Buffer.from(name), time };
    };
    return { requestTimestamp };
  }
}

describe('SignatureWitness', () => {
  it('asks the authorities first and then the logs, one after the other', async () => {
    const services = new Services();
    const witness = new SignatureWitness({
      logs: [services.log('log-1', 2), services.log('log-2', 2)],
      timestampAuthorities: [services.authority('tsa-1'), services.authority('tsa-2')],
    });
    const { timestamps, transparencyEntries } = await witness.witness(PROPOSAL);
    expect(services.asked).toEqual(['tsa-1', 'tsa-2', 'log-1', 'log-2']);
    expect(timestamps.map(String)).toEqual(['tsa-1', 'tsa-2']);
    expect(transparencyEntries).toEqual([ENTRY, ENTRY]);
  });

  it('logs nothing when one authority fails', async () => {
    const services = new Services();
    const failure = new SignError('ERR_TSA_REFUSED', 'no');
    const witness = new SignatureWitness({
      logs: [services.log('log', 2)],
      timestampAuthorities: [services.authority('tsa-1'), services.authority('tsa-2', failure)],
    });
    await expect(witness.witness(PROPOSAL)).rejects.toBe(failure);
    expect(services.asked).not.toContain('log');
  });

  it.each([
    ['before', -1000],
    ['after', 600_001],
  ])('logs nothing when the authority states a time %s the certificate', async (_title, by) => {
    const services = new Services();
    const time = new Date(NOW.getTime() + by);
    const witness = new SignatureWitness({
      logs: [services.log('log', 2)],
      timestampAuthorities: [services.authority('tsa', undefined, time)],
    });
    await expect(witness.witness(PROPOSAL)).rejects.toMatchObject({ code: 'ERR_TSA_TIMESTAMP' });
    expect(services.asked).toEqual(['tsa']);
  });

  it('asks no second log when the first refuses', async () => {
    const services = new Services();
    const failure = new RekorError('ERR_REKOR_REFUSED', 'no');
    const witness = new SignatureWitness({
      logs: [services.log('log-1', 1, failure), services.log('log-2', 1)],
      timestampAuthorities: [],
    });
    await expect(witness.witness(PROPOSAL)).rejects.toBe(failure);
    expect(services.asked).toEqual(['log-1']);
  });

  it('is not made where nobody would testify to the time', () => {
    const services = new Services();
    const logs = [services.log('log-1', 1), services.log('log-2', 2)];
    expect(() => new SignatureWitness({ logs, timestampAuthorities: [] })).toThrowError(TypeError);
    expect(() => new SignatureWitness({ logs: [], timestampAuthorities: [] })).toThrowError(TypeError);
  });

  it('refuses to testify for what no builder of ours makes', async () => {
    const witness = new SignatureWitness({
      logs: [new Services().log('log', 1)],
      timestampAuthorities: [],
    });
    const messageSignature = { messageDigest: undefined as never, signature: Buffer.of(1) };
    const content = { $case: 'messageSignature', messageSignature } as const;
    await expect(witness.testify(content, '')).rejects.toThrowError(TypeError);
  });
});
