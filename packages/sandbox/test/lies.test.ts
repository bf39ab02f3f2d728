// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { json } from '../src/http-service.ts';
import { changing, changingJson, flipped, flippedNote, flippedText, lying } from '../src/lies/lie.ts';

const request = { method: 'GET', url: new URL('http://localhost/'), headers: {}, body: undefined as never };

describe('a service that lies', () => {
  const service = lying(() => Promise.resolve(json(200, 'the truth')), {
    expired: () => Promise.resolve(json(200, 'a lie')),
  });

  it('is honest until it is told to lie', async () => {
    expect((await service(request)).body).toBe('"the truth"');
    expect((await service({ ...request, lie: 'expired' })).body).toBe('"a lie"');
  });

  it('tells no lie that it does not know', () => {
    expect(() => service({ ...request, lie: 'other-key' })).toThrow(TypeError);
  });

  it('changes answers and no refusals', async () => {
    const answering = (status: number) =>
      changingJson(
        () => Promise.resolve(json(status, { a: 1 })),
        (document) => {
          document['a'] = 2;
        },
      )(request);
    expect((await answering(201)).body).toBe('{"a":2}');
    expect((await answering(409)).body).toBe('{"a":1}');
    const unchanged = changing(
      () => Promise.resolve(json(200, 'same')),
      () => undefined,
    );
    expect((await unchanged(request)).body).toBe('"same"');
  });
});

describe('a wrong signature', () => {
  it('differs in one bit', () => {
    expect(flipped(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 3));
    expect(flippedText('AQI=')).toBe('AQM=');
    expect(flippedText('_w', 'base64url')).toBe('_g');
  });

  it('stands under the same note', () => {
    const note = 'localhost\n1\nAA==\n\n\u2014 localhost AQI=\n';
    expect(flippedNote(note)).toBe('localhost\n1\nAA==\n\n\u2014 localhost AQM=\n');
  });
});
