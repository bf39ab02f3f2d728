// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** Changes of an answer's body, each sound in form but for what its name says. */
type Change = (body: Buffer) => Buffer;

export const notJson: Change = () => Buffer.from('<html><body>Welcome to the captive portal</body></html>');

/** The last byte of the signature of a token of a job. */
export const forgedToken: Change = (body) =>
  edited(body, (answer: { value: string }) => {
    const at = answer.value.lastIndexOf('.') + 1;
    const signature = flipLast(Buffer.from(answer.value.slice(at), 'base64url'));
    answer.value = answer.value.slice(0, at) + signature.toString('base64url');
  });

interface FulcioAnswer {
  signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
}

/** The last byte of the leaf is of its issuer's signature. */
export const forgedCertificate: Change = (body) =>
  edited(body, ({ signedCertificateEmbeddedSct: { chain } }: FulcioAnswer) => {
    const [leaf = '', ...issuers] = chain.certificates;
    const der = flipLast(Buffer.from(leaf.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));
    const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n');
    chain.certificates = [`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, ...issuers];
  });

/** Answers with the first body that came by to whoever asks later. */
export function replay(): Change {
  let first: Buffer | undefined;
  return (body) => (first ??= body);
}

type RekorAnswer = Record<string, { body: string; verification: { signedEntryTimestamp: string } }>;

/** The log's promise that it will hold the entry. */
export const forgedPromise: Change = (body) =>
  edited(body, (answer: RekorAnswer) => {
    for (const { verification } of Object.values(answer))
      verification.signedEntryTimestamp = flipBase64(verification.signedEntryTimestamp);
  });

/** A sound entry of the same kind that is about something else; its name is the hash of its leaf. */
export const otherEntry: Change = (body) => {
  const answer = JSON.parse(body.toString()) as RekorAnswer;
  const others = Object.entries(answer).map(([uuid, entry]) => {
    const text = Buffer.from(entry.body, 'base64').toString();
    const changed = Buffer.from(text.replace(/"value":"[0-9a-f]{8}/g, '"value":"00000000'));
    const leaf = createHash('sha256').update(Uint8Array.of(0)).update(changed).digest('hex');
    return [`${uuid.slice(0, -64)}${leaf}`, { ...entry, body: changed.toString('base64') }] as const;
  });
  return Buffer.from(JSON.stringify(Object.fromEntries(others)));
};

interface Rekor2Answer {
  inclusionProof: { checkpoint: { envelope: string } };
}

/** The log's signature under the checkpoint. */
export const forgedCheckpoint: Change = (body) =>
  edited(body, ({ inclusionProof: { checkpoint } }: Rekor2Answer) => {
    checkpoint.envelope = checkpoint.envelope.replace(/(?<=\n\u2014 \S+ )\S+/, (signature) =>
      flipBase64(signature),
    );
  });

function edited(body: Buffer, edit: (document: never) => void): Buffer {
  const document = JSON.parse(body.toString()) as never;
  edit(document);
  return Buffer.from(JSON.stringify(document));
}

function flipBase64(text: string): string {
  return flipLast(Buffer.from(text, 'base64')).toString('base64');
}

function flipLast(bytes: Buffer): Buffer {
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes;
}
