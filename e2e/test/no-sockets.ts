// SPDX-License-Identifier: Apache-2.0
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

/*
 * Loaded by --import before a program that must open no socket: whatever leads to the network ends the process with a
 * status of its own.
 */
function forbid(what: string): never {
  process.stderr.write(`a socket was opened: ${what}\n`);
  process.exit(99);
}

net.Socket.prototype.connect = () => forbid('connect');
net.Server.prototype.listen = () => forbid('listen');
dgram.createSocket = () => forbid('datagram');
dns.lookup = Object.assign(() => forbid('lookup'), { __promisify__: () => forbid('lookup') });
dns.promises.lookup = () => forbid('lookup');
