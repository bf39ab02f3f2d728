// SPDX-License-Identifier: Apache-2.0
import type { TransparencyLogEntry } from '@colophon/attestation';
import {
  encodeBase64,
  encodeHex,
  encodeUtf8,
  equalBytes,
  EncodingError,
  type JsonValue,
  parseJson,
  readArray,
  readBase64,
  readObject,
  readString,
  sha256,
} from '@colophon/base';
import { RekorError } from './rekor-error.ts';

/** What a `dsse` entry of version 0.0.1 is made from. */
export interface DsseProposal {
  /** The DSSE envelope as JSON text, with one signature. */
  readonly envelopeJson: string;
  /** The signer's certificate, leaf only. */
  readonly certificatePem: string;
}

/** Writes the request for a new entry: kind `dsse`, version 0.0.1, proposed content. */
export function encodeDsseProposal({ envelopeJson, certificatePem }: DsseProposal): string {
  const verifiers = [encodeBase64(encodeUtf8(certificatePem))];
  const spec = { proposedContent: { envelope: envelopeJson, verifiers } };
  return JSON.stringify({ apiVersion: '0.0.1', kind: 'dsse', spec });
}

/**
 * Checks that an entry is the one that was proposed: payload hash, signature and certificate. A log that answers with
 * another entry, by mistake or not, would leave us with evidence for something that we did not sign.
 * @throws RekorError ERR_REKOR_ENTRY
 */
export function assertProposed(entry: TransparencyLogEntry, proposal: DsseProposal): void {
  const { kind, version } = entry.kindVersion;
  if (kind !== 'dsse' || version !== '0.0.1') throw otherEntry(`it is of kind ${JSON.stringify(kind)}`);
  const ours = readEnvelope(proposal.envelopeJson);
  const logged = readLogged(entry.canonicalizedBody);
  if (logged.payloadHash !== encodeHex(sha256(ours.payload))) throw otherEntry('it is for another payload');
  if (!equalBytes(logged.signature, ours.signature)) throw otherEntry('it holds another signature');
  if (pemBody(logged.verifier) !== pemBody(proposal.certificatePem))
    throw otherEntry('it holds another certificate');
}

function otherEntry(why: string, cause?: unknown): RekorError {
  const message = `the transparency log answered with another entry than ours: ${why}`;
  return new RekorError('ERR_REKOR_ENTRY', message, cause === undefined ? {} : { cause });
}

function readEnvelope(json: string): { payload: Uint8Array; signature: Uint8Array } {
  const envelope = readObject(parseJson(json), '$', { required: ['payload', 'signatures'], open: true });
  const [first] = readArray(envelope['signatures'], '$.signatures', 1);
  const { sig } = readObject(first, '$.signatures[0]', { required: ['sig'], open: true });
  return { payload: readBase64(envelope['payload'], '$.payload'), signature: readBase64(sig, '$.sig') };
}

function readLogged(body: Uint8Array): { payloadHash: string; signature: Uint8Array; verifier: string } {
  try {
    return readSpec(readObject(parseJson(body), '$', { required: ['spec'], open: true })['spec']);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw otherEntry('it is not a DSSE entry', cause);
  }
}

function readSpec(value: JsonValue | undefined): {
  payloadHash: string;
  signature: Uint8Array;
  verifier: string;
} {
  const required = ['payloadHash', 'signatures'];
  const spec = readObject(value, '$.spec', { required, optional: ['envelopeHash'] });
  const hash = readObject(spec['payloadHash'], '$.spec.payloadHash', { required: ['algorithm', 'value'] });
  const [first] = readArray(spec['signatures'], '$.spec.signatures', 1);
  const { signature, verifier } = readObject(first, '$.spec.signatures[0]', {
    required: ['signature', 'verifier'],
  });
  const algorithm = readString(hash['algorithm'], '$.spec.payloadHash.algorithm');
  return {
    payloadHash: algorithm === 'sha256' ? readString(hash['value'], '$.spec.payloadHash.value') : '',
    signature: readBase64(signature, '$.spec.signatures[0].signature'),
    verifier: Buffer.from(readBase64(verifier, '$.spec.signatures[0].verifier')).toString('latin1'),
  };
}

// The log writes the PEM anew: line lengths and line ends may differ, the content may not.
function pemBody(pem: string): string | undefined {
  return /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/
    .exec(pem)?.[1]
    ?.replaceAll(/\s/g, '');
}
