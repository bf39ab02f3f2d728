// SPDX-License-Identifier: Apache-2.0

/** Takes in the content of one member, piece by piece. */
export interface MemberSink {
  write(piece: Uint8Array): void;
  end(): void;
}

/** Chooses the members whose content is to be seen; called once for each, in the order of the archive. */
export type MemberVisitor = (name: string) => MemberSink | undefined;
