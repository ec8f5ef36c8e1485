// `npm run docs`: writes the generated pages of docs/compatibility.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { compatibilityFolder, compatibilityPages } from './compatibility.ts';
import { corporaFolder } from './corpora.ts';

if (!existsSync(corporaFolder)) {
  console.error(`the corpora that the pages count are not at ${corporaFolder}`);
  process.exitCode = 1;
} else {
  mkdirSync(compatibilityFolder, { recursive: true });
  for (const [name, text] of Object.entries(compatibilityPages())) {
    writeFileSync(new URL(name, compatibilityFolder), text);
    console.log(`docs/compatibility/${name}`);
  }
}
