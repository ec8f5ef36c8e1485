// A machine whose clock is wrong, for the incident of that name: with CLOCK_OFFSET_MS=3000 this process believes that it is
// three seconds later than it is. No real service has such a file.
'use strict';

const { performance } = require('node:perf_hooks');

const offsetMs = Number(process.env['CLOCK_OFFSET_MS'] ?? 0);
if (offsetMs !== 0) {
  const RightDate = Date;
  globalThis.Date = class extends RightDate {
    constructor(...parts) {
      if (parts.length === 0) super(RightDate.now() + offsetMs);
      else super(...parts);
    }
    static now() {
      return RightDate.now() + offsetMs;
    }
  };
  // The SDK measures durations with this clock and places them in time by its origin.
  const origin = performance.timeOrigin + offsetMs;
  Object.defineProperty(performance, 'timeOrigin', { get: () => origin });
}
