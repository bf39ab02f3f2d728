// SPDX-License-Identifier: Apache-2.0

export interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly bytes: Buffer;
}

/** Splits a multipart body by RFC 2046's rules, apart from the code that writes it. */
export function parseMultipart(contentType: string, body: Buffer): Part[] {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error(`not a form: ${contentType}`);
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = 0;
  if (!body.subarray(0, delimiter.length).equals(delimiter)) throw new Error('no first boundary');
  for (;;) {
    at += delimiter.length;
    const mark = body.subarray(at, at + 2).toString('latin1');
    if (mark === '--') break;
    if (mark !== '\r\n') throw new Error('bad boundary line');
    const end = body.indexOf(`\r\n--${boundary}`, at);
    if (end === -1) throw new Error('no closing boundary');
    parts.push(parsePart(body.subarray(at + 2, end)));
    at = end + 2;
  }
  if (body.subarray(at + 2).toString('latin1') !== '\r\n') throw new Error('text after the form');
  return parts;
}

function parsePart(part: Buffer): Part {
  const split = part.indexOf('\r\n\r\n');
  const lines = part.subarray(0, split).toString('latin1').split('\r\n');
  const headers = new Map(lines.map((line) => line.split(': ') as [string, string]));
  const disposition = /^form-data; name="([^"]*)"(?:; filename="([^"]*)")?$/.exec(
    headers.get('Content-Disposition') ?? '',
  );
  const [, name, filename] = disposition ?? [];
  if (name === undefined) throw new Error(`no name: ${lines.join()}`);
  const type = headers.get('Content-Type');
  return {
    name,
    ...(filename === undefined ? {} : { filename }),
    ...(type === undefined ? {} : { type }),
    bytes: part.subarray(split + 4),
  };
}
