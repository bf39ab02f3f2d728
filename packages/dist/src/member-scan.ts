// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { quote } from '@colophon/base';
import { error, type Finding } from './finding.ts';
import type { MemberSink, MemberVisitor } from './member-visitor.ts';

/** Size in bytes and SHA-256 (URL-safe base64 without padding, as in RECORD) of one member. */
export interface MemberDigest {
  readonly size: number;
  readonly sha256: string;
}

const SCANNED = /\.(?:py|pye)$/i;
/** Larger sources are not looked into, by PyPI neither. */
const MAX_SCANNED = 5 * 1024 * 1024;

// What PyArmor leaves in a source that it encrypts; its own templates do not have `__file__` there.
const PYARMOR = /__pyarmor__\(__name__, __file__,|__pyarmor_(?:enter|exit|assert|bcc)__/;
const SOURCE_DEFENDER = [/---BEGIN PYE FILE---/, /---END PYE FILE---/];
// The unchanging head of a token's macaroon for pypi.org, then what can only be base64.
const PYPI_TOKEN = /pypi-AgEIcHlwaS5vcmcCJ[a-zA-Z0-9_-]{150}/;

/** Looks into the members of a distribution as they come by: their digests, and what PyPI scans sources for. */
export class MemberScan {
  readonly digests: Map<string, MemberDigest> = new Map();
  readonly findings: Finding[] = [];
  readonly #digesting: boolean;

  /** @param digesting whether digests are wanted too, or sources alone are looked into */
  constructor(digesting: boolean) {
    this.#digesting = digesting;
  }

  readonly visit: MemberVisitor = (name) => {
    const scanned = SCANNED.test(name);
    if (!scanned && !this.#digesting) return undefined;
    return this.#sink(name, scanned);
  };

  #sink(name: string, scanned: boolean): MemberSink {
    const hash = createHash('sha256');
    const pieces: Uint8Array[] = [];
    let size = 0;
    return {
      write: (piece) => {
        size += piece.length;
        if (this.#digesting) hash.update(piece);
        if (!scanned) return;
        if (size <= MAX_SCANNED) pieces.push(piece);
        else pieces.length = 0;
      },
      end: () => {
        if (this.#digesting) this.digests.set(name, { size, sha256: hash.digest('base64url') });
        if (scanned && size <= MAX_SCANNED) this.#judge(name, Buffer.concat(pieces).toString('latin1'));
      },
    };
  }

  #judge(name: string, source: string): void {
    if (PYPI_TOKEN.test(source))
      this.findings.push(error('leaked-token', `${quote(name)} holds an API token of PyPI`));
    if (PYARMOR.test(source))
      this.findings.push(error('forbidden-content', `${quote(name)} is encrypted by PyArmor`));
    if (SOURCE_DEFENDER.every((mark) => mark.test(source)))
      this.findings.push(error('forbidden-content', `${quote(name)} is encrypted by SourceDefender`));
  }
}
