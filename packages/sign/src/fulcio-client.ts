// SPDX-License-Identifier: Apache-2.0
import {
  encodeBase64,
  EncodingError,
  encodeUtf8,
  type JsonValue,
  parseJson,
  readList,
  readObject,
  readString,
  shapeMismatch,
} from '@colophon/base';
import { displayUrl, excerpt, type HttpClient, parseHttpUrl } from '@colophon/http';
import type { IdToken } from '@colophon/oidc';
import { decodePem, PkiError } from '@colophon/pki';
import { SignError } from './sign-error.ts';

export interface FulcioClientOptions {
  /** The base URL of the certificate authority. */
  readonly url: string;
  readonly http: HttpClient;
  readonly signal?: AbortSignal;
}

export interface CertificateOrder {
  readonly token: IdToken;
  /** A PKCS#10 request in PEM. */
  readonly csrPem: string;
}

const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_CERTIFICATES = 8;

/** Fulcio's API v2, by certificate request. */
export class FulcioClient {
  readonly url: string;
  readonly #options: FulcioClientOptions;

  constructor(options: FulcioClientOptions) {
    this.#options = options;
    this.url = parseHttpUrl(options.url).href.replace(/\/+$/, '');
  }

  /**
   * Asks for a certificate and gives the leaf, in DER. Nothing about it is judged yet. Asking twice for one key makes one
   * more certificate, which does no harm.
   * @throws SignError ERR_FULCIO_REFUSED, ERR_FULCIO_ANSWER
   * @throws HttpError when the authority cannot be reached
   */
  async requestCertificate({ token, csrPem }: CertificateOrder): Promise<Uint8Array> {
    const { http, signal } = this.#options;
    const answer = await http.request({
      method: 'POST',
      url: `${this.url}/api/v2/signingCert`,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      bearer: token.secret,
      body: JSON.stringify({ certificateSigningRequest: encodeBase64(encodeUtf8(csrPem)) }),
      maxBytes: MAX_ANSWER_BYTES,
      retry: 'idempotent',
      ...(signal === undefined ? {} : { signal }),
    });
    const place = displayUrl(answer.url);
    if (answer.status < 300) return processCertificateAnswer(answer.body, place);
    const said = answer.excerpt();
    const message = `${place} refused a certificate with ${answer.status}${said === '' ? '' : `: ${said}`}`;
    throw new SignError('ERR_FULCIO_REFUSED', message, { details: { status: answer.status } });
  }
}

/**
 * Reads the leaf (DER) out of Fulcio's answer (fulcio.proto, SigningCertificate). A timestamp apart from the certificate
 * is refused: no bundle could carry it. The rest of the chain is not used: issuers come from the trusted root.
 * @param from who answered, for the message.
 * @throws SignError ERR_FULCIO_ANSWER
 */
export function processCertificateAnswer(body: Uint8Array | string, from: string): Uint8Array {
  try {
    return readAnswer(parseJson(body));
  } catch (cause) {
    if (!(cause instanceof EncodingError) && !(cause instanceof PkiError)) throw cause;
    // Whatever quotes the answer may quote the token that went there: hence an excerpt, and no cause.
    const message = `${from} answered no usable certificate: ${excerpt(cause.message)}`;
    throw new SignError('ERR_FULCIO_ANSWER', message);
  }
}

function readAnswer(value: JsonValue): Uint8Array {
  const required = ['signedCertificateEmbeddedSct'];
  const answer = readObject(value, '$', { required, open: true });
  const at = '$.signedCertificateEmbeddedSct';
  const { chain } = readObject(answer['signedCertificateEmbeddedSct'], at, {
    required: ['chain'],
    open: true,
  });
  const { certificates } = readObject(chain, `${at}.chain`, { required: ['certificates'], open: true });
  const [leaf] = readList(certificates, `${at}.chain.certificates`, readString, MAX_CERTIFICATES);
  if (leaf === undefined) throw shapeMismatch(`${at}.chain.certificates`, 'at least one certificate');
  const [der, ...more] = decodePem(leaf, 'CERTIFICATE');
  if (der === undefined || more.length > 0)
    throw shapeMismatch(`${at}.chain.certificates[0]`, 'one certificate');
  return der;
}
