// @ts-check
// Loaded into the application by `clew run` (`node --require`), before any of its own code: the host names of a compose file
// (`otel-collector`, `loki`, `tempo`, …) lead to the running Clew, shifted ports included, inside this process only. Plain
// CommonJS, because it must be the first thing that any Node.js process loads, from a source tree and from a package alike.
'use strict';

const dns = require('node:dns');
const fs = require('node:fs');
const net = require('node:net');

/**
 * @typedef {{ hosts: string[], ports: Record<string, number>, pidFile: string }} RunEnvironment
 * hosts: names that mean Clew; ports: the port that the application asks for -> the one that Clew listens on.
 */

/** @param {string} pidFile @param {string} line */
function tellLauncher(pidFile, line) {
  try {
    fs.appendFileSync(pidFile, line);
  } catch {
    // The launcher has ended: there is nobody to tell.
  }
}

/** When the SDK has been started is not told to anybody: it is looked for a few times, ever less often. */
const looksAfterMs = [50, 200, 500, 1000, 2000, 5000, 10000, 30000];

/**
 * The service name that the OpenTelemetry SDK of this process was given, so that its first lines, long before its first
 * span, are under that name already.
 * @param {string} pidFile @param {number} look
 */
function lookForServiceName(pidFile, look) {
  const afterMs = looksAfterMs[look];
  if (afterMs === undefined) return;
  setTimeout(() => {
    const api = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
    const provider = api?.trace?._delegate ?? api?.trace;
    const resource = provider?._resource ?? provider?.resource;
    const name = resource?.attributes?.['service.name'];
    if (typeof name === 'string') tellLauncher(pidFile, `${process.pid} ${name}\n`);
    else lookForServiceName(pidFile, look + 1);
  }, afterMs).unref();
}

/** @param {RunEnvironment} environment */
function start({ hosts, ports, pidFile }) {
  // The launcher learns which processes belong to the application, whatever shells and package managers stand between,
  // and what each calls itself.
  tellLauncher(pidFile, `${process.pid}\n`);
  lookForServiceName(pidFile, 0);
  /** @type {Map<string, string>} A loopback address a name: code that resolves first and connects later keeps its port map. */
  const addresses = new Map(hosts.map((host, at) => [host, `127.67.76.${at + 1}`]));
  const ours = new Set(addresses.values());

  /** @param {unknown} host */
  const addressOf = (host) =>
    typeof host === 'string' ? addresses.get(host.toLowerCase()) : undefined;
  /** @param {unknown} host */
  const isOurs = (host) =>
    typeof host === 'string' && (addresses.has(host.toLowerCase()) || ours.has(host));

  // oxlint-disable-next-line typescript/unbound-method -- it is called with the socket as `this`, below
  const connect = net.Socket.prototype.connect;
  /** @this {net.Socket} @param {any[]} args */
  net.Socket.prototype.connect = function patchedConnect(...args) {
    // Node.js calls itself with one array that it has normalised: [options, callback].
    const list = Array.isArray(args[0]) ? args[0] : args;
    const first = list[0];
    if (typeof first === 'object' && first !== null && isOurs(first.host ?? first.hostname)) {
      list[0] = { ...first, host: '127.0.0.1', port: shifted(first.port), lookup: undefined };
    } else if ((typeof first === 'number' || typeof first === 'string') && isOurs(list[1])) {
      list[0] = shifted(first);
      list[1] = '127.0.0.1';
    }
    return Reflect.apply(connect, this, args);
  };
  /** @param {number | string} port */
  function shifted(port) {
    return ports[String(port)] ?? port;
  }

  // gRPC resolves names itself and then connects to the address it got.
  const lookup = dns.lookup;
  /** @param {string} hostname @param {any} options @param {any} [callback] */
  function patchedLookup(hostname, options, callback) {
    const address = addressOf(hostname);
    const done = typeof options === 'function' ? options : callback;
    if (address === undefined || typeof done !== 'function') {
      return Reflect.apply(
        lookup,
        dns,
        callback === undefined ? [hostname, options] : [hostname, options, callback],
      );
    }
    const all = typeof options === 'object' && options !== null && options.all === true;
    process.nextTick(() => (all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)));
    return undefined;
  }
  Object.defineProperty(dns, 'lookup', {
    value: patchedLookup,
    writable: true,
    configurable: true,
    enumerable: true,
  });

  const promised = dns.promises.lookup;
  /** @param {string} hostname @param {any} [options] */
  async function patchedPromisedLookup(hostname, options) {
    const address = addressOf(hostname);
    if (address === undefined)
      return await Reflect.apply(promised, dns.promises, [hostname, options]);
    const found = { address, family: 4 };
    return typeof options === 'object' && options !== null && options.all === true
      ? [found]
      : found;
  }
  Object.defineProperty(dns.promises, 'lookup', {
    value: patchedPromisedLookup,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

const written = process.env['CLEW_RUN'];
if (written !== undefined) start(JSON.parse(written));
