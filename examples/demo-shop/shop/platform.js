// What an orchestrator does for a real shop: tells a service where the others are, hears when it is ready, and ends it. The
// parent process speaks over the channel that it started this process with; when the parent is gone, so is the shop.
'use strict';

const addresses = new Map();
const listeners = [];
let close = () => Promise.resolve();

process.on('message', (message) => {
  for (const [name, url] of Object.entries(message.addresses ?? {})) addresses.set(name, url);
  for (const listener of listeners) listener(message);
  if (message.stop === true) void close().finally(() => process.exit(0));
});
process.once('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group: the parent ends its processes in order.
process.on('SIGINT', () => undefined);

/** `http://127.0.0.1:PORT` of another service, as it is at this moment: a deploy moves it. */
exports.addressOf = (name) => {
  const url = addresses.get(name);
  if (url === undefined) throw new Error(`${name} is not there`);
  return url;
};

exports.onMessage = (listener) => listeners.push(listener);

/** Says that this process can be used, and what ends it in good order. */
exports.ready = (port, closeInOrder) => {
  close = closeInOrder;
  process.send?.({ ready: port });
};
