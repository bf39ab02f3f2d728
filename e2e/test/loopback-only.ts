// SPDX-License-Identifier: Apache-2.0
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

/*
 * Loaded by --import before a program that must stay on this machine: a connection or a look-up that leads off it ends the
 * process with a status of its own.
 */
const HERE = new Set<unknown>(['localhost', '127.0.0.1', '::1']);

function hold(what: string, host: unknown): void {
  if (HERE.has(host)) return;
  process.stderr.write(`${what} led off this machine: ${String(host)}\n`);
  process.exit(99);
}

const { prototype } = net.Socket;
prototype.connect = new Proxy(Reflect.get(prototype, 'connect'), {
  apply(connect, socket, args: unknown[]) {
    // Node itself passes the arguments on in an array.
    const [options] = args.flat() as [{ host?: string; path?: string }];
    if (options.path === undefined) hold('a connection', options.host ?? 'localhost');
    return Reflect.apply(connect, socket, args) as net.Socket;
  },
});
dns.lookup = new Proxy(dns.lookup, {
  apply(lookup, self, args: unknown[]) {
    hold('a look-up', args[0]);
    Reflect.apply(lookup, self, args);
  },
});
dgram.createSocket = new Proxy(dgram.createSocket, { apply: () => hold('a datagram', 'by UDP') });
