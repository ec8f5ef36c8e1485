// `npm test`: sets everything up, then runs every check and test there is, with its time. Closes with one plain line,
// `N passed, N failed, N skipped`, counted from the test runner's own reports.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, checkNode, install, step } from './setup.mjs';
import { ensureChromium } from './chromium.mjs';

checkNode();
const setUp = (await install()) || (await build());
if (setUp !== 0) process.exit(setUp);
const chromium = await ensureChromium();
if (chromium === undefined) process.exit(1);

const reports = mkdtempSync(join(tmpdir(), 'clew-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const times = [];
let broken = 0;

async function part(name, work) {
  const started = performance.now();
  const ok = await work();
  times.push([name, (performance.now() - started) / 1000, ok]);
}

function bin(name) {
  return join('node_modules', '.bin', name);
}

async function check(name, command, args) {
  await part(name, async () => {
    const ok = (await step(name, bin(command), args)) === 0;
    if (!ok) broken++;
    return ok;
  });
}

async function tests(project) {
  await part(`${project} tests`, async () => {
    const report = join(reports, `${project}.json`);
    const args = [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const code = await step(`${project} tests`, bin('vitest'), args, {
      show: true,
      env: { CLEW_TEST_CHROMIUM: chromium, CLEW_TEST_BUILT: '1' },
    });
    try {
      const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
        readFileSync(report, 'utf8'),
      );
      totals.passed += numPassedTests;
      totals.failed += numFailedTests;
      totals.skipped += numPendingTests + numTodoTests;
      // A suite that could not even be loaded has no failed test of its own.
      if (code !== 0 && numFailedTests === 0) broken++;
    } catch {
      broken++;
    }
    return code === 0;
  });
}

await check('format', 'oxfmt', ['--check']);
await check('lint', 'oxlint', ['--type-aware', '--deny-warnings']);
await check('types', 'tsc', ['-b']);
await tests('unit');
await tests('integration');
await tests('end-to-end');
rmSync(reports, { recursive: true, force: true });

console.log('\nhow long each part took');
for (const [name, seconds, ok] of times)
  console.log(`  ${seconds.toFixed(1).padStart(7)} s  ${name}${ok ? '' : '  FAILED'}`);
console.log(
  `\n${totals.passed} passed, ${totals.failed + broken} failed, ${totals.skipped} skipped`,
);
process.exit(totals.failed + broken === 0 ? 0 : 1);
