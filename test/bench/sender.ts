// Starts senders (`send.ts`) and reads what they report.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SendOptions, SendResult } from './send.ts';

const script = fileURLToPath(new URL('send.ts', import.meta.url));

export interface RunningSender {
  readonly result: Promise<SendResult>;
  kill(): void;
}

export function startSender(options: SendOptions): RunningSender {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), script, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const result = new Promise<SendResult>((resolve, reject) => {
    child.once('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output) as SendResult);
      else reject(new Error(`the sender ended with ${code}: ${output}`));
    });
  });
  return { result, kill: () => void child.kill('SIGKILL') };
}
